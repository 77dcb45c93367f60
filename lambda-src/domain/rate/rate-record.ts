import { FORMAT } from '../../../src/private/contract';
import { PARTITION } from '../ledger/partitions';
import { recordOf } from '../ledger/record-of';
import type { Item, Key, Update, Value } from '../ledger/store';
import type { Account } from '../ports';
import type { Blocked } from './blocks';
import { TIMING } from './timing';

/** All mailers on one ledger share this record, and therefore one rate. */
export const RATE_KEY: Key = { pk: PARTITION.rate(), sk: 'rate' };

/** A campaign's permits in the future, assumed to be spread evenly between two times. */
interface PermitsAhead {
  readonly from: number;
  readonly last: number;
  readonly count: number;
}

/** A mailer's own limit, which applies while other mailers share the ledger. */
interface MailerLimit {
  readonly share: number;
  /** Time from which it may reserve again, in milliseconds. */
  readonly next: number;
  readonly seen: number;
}

/** The account as SES returned it, with the time in milliseconds. */
export type KnownAccount = Account & { readonly at: number };

/**
 * Sending state shared by all workers on a ledger. Times are in milliseconds. It is one item, so that each change is
 * one conditional write.
 */
export interface RateRecord extends Blocked {
  /** New for every change. A writer must have read the latest. */
  readonly reservation?: string;
  /** Time of the first free permit. */
  readonly next: number;
  readonly campaigns: { readonly [digest: string]: PermitsAhead };
  readonly mailers: { readonly [mailer: string]: MailerLimit };
  readonly account?: KnownAccount;
  /** Time of the last request for the account. */
  readonly asked?: number;
  /** Last throttling by SES: its time, and the share of the allowed rate used from then on. */
  readonly backedOff?: { readonly share: number; readonly at: number };
}

/** Parses the rate record. An item created by hand in the console, to pause everything, has no format number. */
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

/** Writes a change if the record is unchanged since the read. Keeps the item's other attributes. */
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

/** The sender and the limits that its owner set. */
export interface Owner {
  readonly campaign: string;
  readonly mailer: string;
  readonly maxPerSecond?: number;
  readonly accountShare: number;
}

export interface Want extends Owner {
  readonly count: number;
  /** Minimum milliseconds from now to the first permit. */
  readonly skewAllowance: number;
}

export type Taken = { readonly permits: readonly number[]; readonly record: RateRecord } | { readonly wait: number };

/** Seconds' worth of permits that a mailer with its own limit reserves at once, beside other mailers. */
const OWN_BLOCK = 0.1;
/** Milliseconds by which such a mailer may be late without losing permits. */
const OWN_CREDIT = 250;
/** Minimum that one campaign may reserve ahead, in milliseconds, because a reservation takes time. */
const LEAST_AHEAD = 100;

/** Returns a mailer's limit in emails per second: its own maximum, or its share of the account's. */
export const ownPerSecond = (
  { maxPerSecond = Number.POSITIVE_INFINITY, accountShare }: Pick<Owner, 'maxPerSecond' | 'accountShare'>,
  account: Pick<Account, 'maxPerSecond'>,
): number => Math.min(maxPerSecond, account.maxPerSecond * accountShare);

/**
 * Reserves the next permits for one campaign. Permits form one sequence without gaps, first come, first served. A
 * campaign may hold only its share of a second ahead, with one more share kept free for the next campaign. Campaigns
 * that hold equal numbers ahead are served equally, and a campaign that does not use its share leaves it to the others.
 */
export function take(record: RateRecord, want: Want, account: Pick<Account, 'maxPerSecond'>, now: number): Taken {
  const { campaign, mailer, skewAllowance } = want;
  const own = ownPerSecond(want, account);
  const mailers = filterValues(record.mailers, ({ seen }) => seen > now - TIMING.active);
  const campaigns = filterValues(record.campaigns, ({ last }) => last > now - TIMING.active);
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
  // Wait until half is free; otherwise every email would need its own reservation.
  if (ahead > mostAhead / 2) return { wait: untilHalf(ofCampaign!, ahead, mostAhead, now) };
  const horizon = Math.max(TIMING.ahead, (competitors + 1) * interval);
  if (first - now > horizon) return { wait: first - now - horizon };

  let count = Math.min(want.count, mostAhead - ahead, Math.floor((horizon - (first - now)) / interval));
  const limitedUntil = mailers[mailer]?.next ?? 0;
  const bounded = own < perSecond;
  if (bounded) {
    // A gap would waste permits of all mailers, so this mailer waits and takes few permits at once.
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
 * Returns the total rate of all mailers. They share the account's limit; a mailer's own limit applies only to itself.
 * If a mailer is alone, the total is its own limit.
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

/** A campaign that may hold only one permit waits until it is used. */
const untilHalf = ({ last }: PermitsAhead, ahead: number, mostAhead: number, now: number): number =>
  Math.max(1, mostAhead < 2 ? last - now + 1 : (last - now) * (1 - mostAhead / 2 / ahead));

function filterValues<T>(
  all: { readonly [name: string]: T },
  keep: (one: T) => boolean,
): { readonly [name: string]: T } {
  return Object.fromEntries(Object.entries(all).filter(([, one]) => keep(one)));
}

/**
 * Factor of each backoff: additive increase, multiplicative decrease, as in TCP congestion control. Halving as TCP does
 * would cost 20 seconds for a few late requests; continued throttling lowers the rate within seconds anyway.
 */
const DECREASE = 0.9;
/** Share regained per second. After one decrease, the full rate is used again in 5 seconds. */
const RECOVERY = 0.02;
/** Minimum share of the allowed rate. */
const FLOOR = 0.05;
/**
 * A single throttling may come from a late request and is only noted. A second one within these milliseconds lowers the
 * rate.
 */
const REPEATED = 5_000;

function backedOffShare({ backedOff }: RateRecord, now: number): number {
  if (!backedOff) return 1;
  return Math.min(1, Math.max(FLOOR, backedOff.share + (RECOVERY * Math.max(0, now - backedOff.at)) / 1000));
}

/**
 * Backs off after SES throttled an email, because something else sends in the account. Permits reserved before the last
 * backoff belong to the same burst, which counts once.
 */
export function backOff(record: RateRecord, reserved: number, now: number): RateRecord | undefined {
  const { backedOff: last } = record;
  if (last && reserved <= last.at) return undefined;
  const again = last !== undefined && now - last.at < REPEATED;
  return { ...record, backedOff: { share: backedOffShare(record, now) * (again ? DECREASE : 1), at: now } };
}

/** Whether the daily quota is spent. SES returns -1 for an unlimited quota. */
export const isSpent = ({ max24Hours, sentLast24Hours }: Account): boolean =>
  max24Hours >= 0 && sentLast24Hours >= max24Hours;
