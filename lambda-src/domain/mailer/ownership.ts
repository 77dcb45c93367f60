import { LAYOUT, type ListRejection, markerOf } from '../../../src/private/contract';
import { digest } from '../ledger/keys';
import { PARTITION } from '../ledger/partitions';
import type { Key } from '../ledger/store';

/**
 * A mailer's identity. The ledger stores one owner per mailer name, and the bucket one per prefix, in a marker. A
 * mailer that does not own both sends nothing, because its ledger may not know who received earlier emails.
 */
export interface Owner {
  /** The mailer's name. */
  readonly mailer: string;
  /** `<account>/<Region>/<outermost stack name>`. A stack deleted and deployed again is the same holder. */
  readonly holder: string;
  /** DynamoDB's id of the ledger's table. A restored table has a different one. */
  readonly tableId: string;
}

export const mailerKey = (mailer: string): Key => ({ pk: PARTITION.mailer(digest(mailer)), sk: 'mailer' });

/** Returns the folder of a prefix's marker and of markers of prefixes inside it. */
export const markersIn = (prefix: string): string => `${LAYOUT.markers}${prefix}`;

/** Returns the prefix that a marker belongs to. Undefined for any other object. */
export const markedPrefix = (key: string): string | undefined =>
  key.startsWith(LAYOUT.markers) && key.endsWith(`/${NAME}`)
    ? key.slice(LAYOUT.markers.length, -NAME.length)
    : undefined;

const NAME = markerOf('').slice(LAYOUT.markers.length);

/** Returns the folders around a prefix, the outermost first: `a/` and `a/b/` for `a/b/c/`. */
export const above = (prefix: string): string[] =>
  [...prefix.matchAll(/\//g)].map(({ index }) => prefix.slice(0, index + 1)).slice(0, -1);

/** A prefix and its owner, if it has a marker. */
export interface Marked {
  readonly prefix: string;
  readonly owner?: Owner;
}

/** Owners of a mailer's name and prefixes, as read from the ledger and the bucket. */
export interface Owned {
  /** Owner of the mailer's name. */
  readonly record?: Owner;
  /** The mailer's own prefixes. */
  readonly markers: readonly Marked[];
  /** Prefixes inside one of the mailer's own, or around one. */
  readonly overlapping: readonly Required<Marked>[];
  /** Whether the bucket has reports of this mailer name. Read only if neither ledger nor bucket knows the mailer. */
  readonly reported: boolean;
}

const isMine = (me: Owner, { mailer, tableId }: Owner): boolean => mailer === me.mailer && tableId === me.tableId;

const named = ({ mailer, holder }: Owner): string => `the mailer "${mailer}" (${holder})`;

/** Explains why the mailer may not send until an operator takes over. Undefined if it may send. */
export function lockOf(me: Owner, { record, markers, overlapping, reported }: Owned): ListRejection | undefined {
  if (record && record.holder !== me.holder) {
    return {
      code: 'MM520',
      message:
        `The mailer name "${me.mailer}" is held in this ledger by ${record.holder}; this mailer is ${me.holder}. Two stacks under one ` +
        'name would work on the same campaigns. Give this mailer another mailerName; or take the name over, which locks the other stack',
    };
  }
  if (record && record.tableId !== me.tableId) {
    return {
      code: 'MM521',
      message:
        `The ledger is another table than before (id ${me.tableId}, before ${record.tableId}): it was restored from a backup or copied. ` +
        'It does not know who was mailed after the backup; they may get the same email again',
    };
  }
  for (const { prefix, owner } of markers) {
    if (!owner || isMine(me, owner)) continue;
    if (owner.mailer === me.mailer && owner.holder === me.holder) {
      return {
        code: 'MM522',
        message:
          `Lists under ${prefix} were sent with another ledger before (id ${owner.tableId}, now ${me.tableId}). ` +
          'The present one does not know who was mailed; everybody on a list may get the same email again',
      };
    }
    const renamed = owner.mailer !== me.mailer && owner.holder === me.holder && owner.tableId === me.tableId;
    return {
      code: 'MM524',
      message:
        `The prefix ${prefix} of the bucket belongs to ${named(owner)}; this mailer is ${named(me)}. ` +
        (renamed
          ? 'If it was renamed: under the new name every campaign is new, and everybody on its list may get the email again'
          : 'Two mailers under one prefix would both send every list. Give this mailer an intake.prefix and an intake.draftsPrefix of its own; or take the prefix over, which locks the other mailer'),
    };
  }
  const [other] = overlapping.filter(({ owner }) => !isMine(me, owner));
  if (other) {
    return {
      code: 'MM525',
      message:
        `The prefix ${other.prefix} overlaps those of this mailer (${markers.map(({ prefix }) => prefix).join(', ')}) and belongs to ${named(other.owner)}. ` +
        'Lists under both would be sent by both mailers. Give this mailer prefixes of its own; or take the prefix over, which locks the other mailer',
    };
  }
  if (record || !reported || markers.some(({ owner }) => owner)) return undefined;
  return {
    code: 'MM523',
    message:
      `The ledger is new, the reports are not: it does not know the mailer "${me.mailer}", and the bucket has reports of it. ` +
      'The ledger does not know who was mailed before; everybody on a list may get the same email again',
  };
}
