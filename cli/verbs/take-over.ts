import { s3Keys } from '../../lambda-src/aws/s3-files';
import { tableIdOf } from '../../lambda-src/aws/table-id';
import { type Action, act } from '../../lambda-src/domain/campaign/control';
import type { Condition } from '../../lambda-src/domain/ledger/store';
import { markerText, readOwned } from '../../lambda-src/domain/mailer/owned';
import { lockOf, type Marked, mailerKey, type Owned, type Owner } from '../../lambda-src/domain/mailer/ownership';
import { FORMAT, type ListRejection, markerOf } from '../../src/private/contract';
import { ACT_OPTIONS, say, WHY_USAGE } from '../shared/act';
import { MAILER_USAGE } from '../shared/mailer';
import { Operator } from '../shared/operator';
import { parse, type Terminal } from '../shared/verb';

export const summary = 'unlocks a mailer: makes it the owner of its name, ledger and prefixes';

export const usage = `Usage: cdk-mailmatrix take-over --mailer STACK/ID --why TEXT [options]

A mailer is locked, and sends nothing, while its name belongs to another stack, its prefix to another mailer, or while its
ledger is not the one that it used before. Its alert names the code and the risk. The command prints what would change; with
--yes it makes this mailer the owner. Another mailer that owned the name or a prefix is locked from then on. Active runs of
the other mailer continue, so cancel them first.

  --yes                takes over. Default: only prints what would change
${WHY_USAGE}
${MAILER_USAGE}

Needs the right that \`grantOperate\` gives.

Exit code: 0 the mailer may send, 1 it is locked and --yes is missing, 2 the command failed.

  cdk-mailmatrix take-over --mailer Mail/Mailer --why "the ledger was restored, people of 25 November are off the lists"
`;

export async function run(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse('take-over', args, { ...ACT_OPTIONS, yes: { type: 'boolean' } });
  if (positionals.length > 0) throw new Error(`MM701: take-over: got ${positionals[0]}, allowed are options only`);
  if (values.yes && !values.why) throw new Error('MM701: take-over: --yes needs --why, which stands on the record');
  const operator = await Operator.of(values);
  const { mailer, holder, ledgerTable, intakePrefix, draftsPrefix, bucket } = operator.connection;
  const me: Owner = { mailer, holder, tableId: await tableIdOf(ledgerTable) };
  const { store, clock, newId } = operator.control;
  const ports = { store, files: operator.files, keys: s3Keys(operator.s3, bucket) };
  const owned = await readOwned(mailer, [intakePrefix, draftsPrefix], ports);
  const lock = lockOf(me, owned);
  if (!lock) return say({ what: 'take-over', result: 'already', ...me }, `${mailer} may send.`, values, terminal);

  const changes = changesOf(me, owned);
  if (!values.yes) {
    const words = [...lockLines(lock, changes), 'Nothing was changed. With --yes this mailer becomes the owner.'].join(
      '\n',
    );
    return say({ what: 'take-over', result: 'locked', ...me, lock, changes }, words, values, terminal, 1);
  }
  const action = await operator.action(values.why);
  const when = new Date(clock.now()).toISOString();
  await takeOver(me, owned, { ...action, when, id: newId() }, operator);
  const words = [...lockLines(lock, changes), `${mailer} may send. Upload the lists again that were not sent.`].join(
    '\n',
  );
  return say({ what: 'take-over', result: 'done', ...me, lock, changes, ...action }, words, values, terminal);
}

/** A name or prefix whose owner changes, with its present owner. */
interface Change {
  readonly what: string;
  readonly from?: Owner;
}

const isNew =
  (me: Owner) =>
  ({ owner }: Marked) =>
    owner === undefined || textOf(owner) !== textOf(me);

const textOf = ({ mailer, holder, tableId }: Owner): string => `${mailer}, ${holder}, ledger ${tableId}`;

export function changesOf(me: Owner, { record, markers, overlapping }: Owned): Change[] {
  const name: Change[] = isNew(me)({ prefix: '', owner: record }) ? [{ what: `name ${me.mailer}`, from: record }] : [];
  const prefixes = [...markers, ...overlapping].filter(isNew(me));
  return [...name, ...prefixes.map(({ prefix, owner }) => ({ what: `prefix ${prefix}`, from: owner }))];
}

const lockLines = ({ code, message }: ListRejection, changes: readonly Change[]): string[] => [
  `${code}: ${message}.`,
  ...changes.map(({ what, from }) => `  ${what}: ${from ? `is of ${textOf(from)}` : 'is of nobody'}`),
];

/** Writes the action, then the name's record, then the markers, so that a new marker always has its record. */
export async function takeOver(
  me: Owner,
  { record, markers, overlapping }: Owned,
  action: Action & { readonly when: string; readonly id: string },
  { control: { store }, files }: Pick<Operator, 'control' | 'files'>,
): Promise<void> {
  const key = mailerKey(me.mailer);
  const is = ({ holder, tableId }: Owner): Condition => ({
    all: [{ eq: ['holder', holder] }, { eq: ['tableId', tableId] }],
  });
  const { mailer, holder, tableId } = me;
  await store.write(act(key, 'take-over', action));
  const { applied } = await store.write({
    key,
    when: { any: [record ? is(record) : { absent: 'holder' }, is(me)] },
    set: { v: FORMAT, mailer, holder, tableId },
  });
  if (!applied) throw new Error(`MM719: somebody else took the name ${mailer} over meanwhile; look again`);
  for (const { prefix } of [...markers, ...overlapping].filter(isNew(me)))
    await files.put(markerOf(prefix), markerText(me), 'application/json');
}
