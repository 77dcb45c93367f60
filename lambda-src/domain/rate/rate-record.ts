import { FORMAT } from '../../../src/private/contract';
import { PARTITION } from '../ledger/partitions';
import { recordOf } from '../ledger/record-of';
import type { Item, Key, Update, Value } from '../ledger/store';
import type { Account } from '../ports';
import type { Blocked } from './blocks';
import { TIMING } from './timing';

/** Who shares the ledger shares this record, and so the rate. */
export const RATE_KEY: Key = { pk: PARTITION.rate(), sk: 'rate' };

/** A campaign's permits that lie ahead: about evenly between two times. */
interface PermitsAhead {
  readonly from: number;
  readonly last: number;
  readonly count: number;
}

/** A mailer's own bound, where others share the ledger. */
interface MailerLimit {
  readonly share: number;
  /** When it may reserve again. */
  readonly next: number;
  readonly seen: number;
}

/** The account as SES described it, and when. */
export type AccountWord = Account & { readonly at: number };

/**
 * What the workers of a ledger share about sending. Times are in milliseconds. It is one item, so that every change is
 * one conditional write.
 */
export interface RateRecord extends Blocked {
  /** New for every change: who writes must have read the last. */
  readonly reservation?: string;
  /** The first permit that is free. */
  readonly next: number;
  readonly campaigns: { readonly [digest: string]: PermitsAhead };
  readonly mailers: { readonly [mailer: string]: MailerLimit };
  readonly account?: AccountWord;
  /** When the account was last asked for. */
  readonly asked?: number;
  /** When SES last throttled us, and the share of what is allowed that was tried from then on. */
  readonly backedOff?: { readonly share: number; readonly at: number };
}

/** Who pauses everything by hand, in the console, writes an item without a format. */
export function asRate(item: Item | undefined): RateRecord {
  const found = item && recordOf<Partial<RateRecord>>('the record of the send rate', { v: FORMAT, ...item });
  return { next: 0, campaigns: {}, mailers: {}, blocks: {}, ...found };
}

const NAMES = [
  'next',
  'campaigns',
  'mailers',
  'account',
  'asked',
  'backedOff',
  'blocks',
  'prober',
  'proberUntil',
] as const;

/** Writes one change if the record is unchanged. Other attributes of the item stay. */
export function changed(before: RateRecord, after: RateRecord, reservation: string): Update {
  const set: Record<string, Value | undefined> = { v: FORMAT, reservation };
  for (const name of NAMES) set[name] = after[name] as Value | undefined;
  return {
    key: RATE_KEY,
    when: {
      any: [
        before.reservation === undefined ? { absent: 'reservation' } : { eq: ['reservation', before.reservation] },
        { eq: ['reservation', reservation] },
      ],
    },
    set,
    remove: NAMES.filter((name) => after[name] === undefined),
  };
}

/** Who sends, and what the owner allows them. */
export interface Owner {
  readonly campaign: string;
  readonly mailer: string;
  readonly maxPerSecond?: number;
  readonly accountShare: number;
}

export interface Want extends Owner {
  readonly count: number;
  /** The first permit is to be no sooner than this from now. */
  readonly skewAllowance: number;
}

export type Taken = { readonly permits: readonly number[]; readonly record: RateRecord } | { readonly wait: number };

/** Seconds of its permits that a mailer with its own limit takes at once, beside others. */
const OWN_BLOCK = 0.1;
/** And may be so late for its turn without losing it. */
const OWN_CREDIT = 250;
/** The least that one campaign may reserve ahead, in milliseconds: a reservation takes some time. */
const LEAST_AHEAD = 100;

/** The owner's bound on one mailer, or its share of the account. */
export const ownPerSecond = (
  { maxPerSecond = Number.POSITIVE_INFINITY, accountShare }: Pick<Owner, 'maxPerSecond' | 'accountShare'>,
  account: Pick<Account, 'maxPerSecond'>,
): number => Math.min(maxPerSecond, account.maxPerSecond * accountShare);

/**
 * The next permits of the line for one campaign. It is a line without gaps, and whoever is first is served; a campaign may
 * have only so many permits ahead: its share of a second, one share being left for the next campaign that comes. In a queue
 * those who stand in it with equal numbers are served equally, and who does not use its share leaves it to the others.
 */
export function take(record: RateRecord, want: Want, account: Pick<Account, 'maxPerSecond'>, now: number): Taken {
  const { campaign, mailer, skewAllowance } = want;
  const own = ownPerSecond(want, account);
  const mailers = living(record.mailers, ({ seen }) => seen > now - TIMING.active);
  const campaigns = living(record.campaigns, ({ last }) => last > now - TIMING.active);
  const allowed = allowedForAll(mailers, want, account);
  const share = backedOffShare(record, now);
  const perSecond = allowed * share;
  const interval = 1000 / perSecond;

  const first = Math.max(now + skewAllowance, record.next);
  const competitors = new Set([...Object.keys(campaigns), campaign]).size;
  const ofCampaign = campaigns[campaign];
  const ahead = aheadOf(ofCampaign, now);
  const mostAhead = Math.max(
    1,
    Math.floor((perSecond * Math.max(TIMING.ahead / (competitors + 1), LEAST_AHEAD)) / 1000),
  );
  // Half of it free, or every message would cost a reservation of its own.
  if (ahead > mostAhead / 2) return { wait: untilHalf(ofCampaign!, ahead, mostAhead, now) };
  const horizon = Math.max(TIMING.ahead, (competitors + 1) * interval);
  if (first - now > horizon) return { wait: first - now - horizon };

  let count = Math.min(want.count, mostAhead - ahead, Math.floor((horizon - (first - now)) / interval));
  const limitedUntil = mailers[mailer]?.next ?? 0;
  const bounded = own < perSecond;
  if (bounded) {
    // A gap would be lost to all: it waits, and takes few at once.
    if (first < limitedUntil) return { wait: limitedUntil - first };
    count = Math.min(count, Math.ceil(own * OWN_BLOCK));
  }
  count = Math.max(1, count);
  const last = first + (count - 1) * interval;
  const allowedFrom = bounded ? Math.max(limitedUntil, first - OWN_CREDIT) + (count * 1000) / own : last + interval;
  return {
    permits: Array.from({ length: count }, (_, at) => first + at * interval),
    record: {
      ...record,
      next: first + count * interval,
      campaigns: { ...campaigns, [campaign]: { from: now, last, count: ahead + count } },
      mailers: { ...mailers, [mailer]: { share: want.accountShare, next: allowedFrom, seen: now } },
      backedOff: record.backedOff && (share < 1 || now - record.backedOff.at < REPEATED) ? record.backedOff : undefined,
    },
  };
}

/**
 * All share the account's limit; a mailer's own limit is its alone. For a mailer that is alone, the line follows its
 * limit.
 */
function allowedForAll(mailers: RateRecord['mailers'], want: Owner, account: Pick<Account, 'maxPerSecond'>): number {
  const others = Object.entries(mailers).filter(([name]) => name !== want.mailer);
  if (others.length === 0) return ownPerSecond(want, account);
  return account.maxPerSecond * Math.max(want.accountShare, ...others.map(([, { share }]) => share));
}

function aheadOf(ofCampaign: PermitsAhead | undefined, now: number): number {
  if (!ofCampaign || ofCampaign.last < now) return 0;
  const left = (ofCampaign.last - now) / Math.max(1, ofCampaign.last - ofCampaign.from);
  return Math.max(1, Math.ceil(ofCampaign.count * Math.min(1, left)));
}

/** A campaign that may hold only one permit waits until that is used. */
const untilHalf = ({ last }: PermitsAhead, ahead: number, mostAhead: number, now: number): number =>
  Math.max(1, mostAhead < 2 ? last - now + 1 : (last - now) * (1 - mostAhead / 2 / ahead));

function living<T>(all: { readonly [name: string]: T }, lives: (one: T) => boolean): { readonly [name: string]: T } {
  return Object.fromEntries(Object.entries(all).filter(([, one]) => lives(one)));
}

/**
 * Additive increase, multiplicative decrease, as TCP does on a line with unknown others. Halving as TCP does would cost
 * a third of a minute for a few late requests; continued throttling lowers the rate within seconds as well.
 */
const DECREASE = 0.9;
/** The share regained a second: after one decrease, the full rate is used again in five. */
const RECOVERY = 0.02;
/** The lowest share of what is allowed. */
const FLOOR = 0.05;
/** One burst alone may be by a request that was late, and is only noted; another within this time is not. */
const REPEATED = 5_000;

function backedOffShare({ backedOff }: RateRecord, now: number): number {
  if (!backedOff) return 1;
  return Math.min(1, Math.max(FLOOR, backedOff.share + (RECOVERY * Math.max(0, now - backedOff.at)) / 1000));
}

/**
 * SES throttled a message: something else sends in the account. Permits reserved before the last time belong to the
 * same burst, which counts once.
 */
export function backOff(record: RateRecord, reserved: number, now: number): RateRecord | undefined {
  const { backedOff: last } = record;
  if (last && reserved <= last.at) return undefined;
  const again = last !== undefined && now - last.at < REPEATED;
  return { ...record, backedOff: { share: backedOffShare(record, now) * (again ? DECREASE : 1), at: now } };
}

export const isSpent = ({ max24Hours, sentLast24Hours }: Account): boolean =>
  max24Hours >= 0 && sentLast24Hours >= max24Hours;
