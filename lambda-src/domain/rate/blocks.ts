import { TIMING } from './timing';

/**
 * Why sending is blocked for a ledger: the day's quota is spent, or SES's answers do not say whether it took the
 * messages.
 */
export const BLOCK_KINDS = ['quota', 'unclear'] as const;
export type BlockKind = (typeof BLOCK_KINDS)[number];

export interface Block {
  /** Sending is blocked until this time; then one worker tries. */
  readonly until: number;
  readonly since: number;
  /** How long it was blocked since the last try. */
  readonly lasts: number;
  readonly reason: string;
  /** Of an unclear block: the mailers whose topics were alerted, and when; `done` once SNS has it. */
  readonly alerts?: { readonly [mailer: string]: { readonly at: number; readonly done: boolean } };
}

/** What the rate record holds of it. One prober serves all blocks. */
export interface Blocked {
  readonly blocks: { readonly [kind in BlockKind]?: Block };
  readonly prober?: string;
  readonly proberUntil?: number;
}

export const FIRST_QUOTA_BLOCK = 60_000;

/** The first block, the first after a try that failed, and the longest; each try that fails doubles the wait. */
const WAITS: {
  readonly [kind in BlockKind]: { readonly first: number; readonly again: number; readonly longest: number };
} = {
  quota: { first: FIRST_QUOTA_BLOCK, again: 120_000, longest: 1_800_000 },
  // The first try follows at once: if answers are unclear at random, the next is likely to be clear.
  unclear: { first: 0, again: 250, longest: 600_000 },
};

/**
 * Blocks, or blocks for longer after a try that failed. Undefined if others have blocked it already, at the same time.
 * `tried`: the answer is that of a try.
 */
export function block<R extends Blocked>(
  record: R,
  kind: BlockKind,
  { reason, tried }: { readonly reason: string; readonly tried: boolean },
  now: number,
): R | undefined {
  const current = record.blocks[kind];
  if (current && (now < current.until || !tried)) return undefined;
  const { first, again, longest } = WAITS[kind];
  // Its campaign is over: nothing has tried to end this block for that long.
  const known = current && now <= current.until + longest ? current : undefined;
  const lasts = known ? Math.min(Math.max(known.lasts * 2, again), longest) : first;
  const next: Block = { ...known, until: now + lasts, since: known?.since ?? now, lasts, reason };
  return { ...record, blocks: { ...record.blocks, [kind]: next }, prober: undefined, proberUntil: undefined };
}

/** Lifts blocks; undefined if none of them exists. */
export function lift<R extends Blocked>(record: R, kinds: readonly BlockKind[]): R | undefined {
  if (!kinds.some((kind) => record.blocks[kind])) return undefined;
  const blocks = { ...record.blocks };
  for (const kind of kinds) delete blocks[kind];
  // Another block remains, so its prober goes on.
  if (Object.keys(blocks).length > 0) return { ...record, blocks };
  return { ...record, blocks, prober: undefined, proberUntil: undefined };
}

/** One alone tries, for as long as a lease lasts. */
export const lease = <R extends Blocked>(record: R, prober: string, now: number): R => ({
  ...record,
  prober,
  proberUntil: now + TIMING.lease,
});

/** Until when sending is blocked, as far as is known. `probed`: another worker tries now. */
export interface SendBlock {
  readonly kind: BlockKind;
  readonly until: number;
  readonly since: number;
  readonly reason: string;
  readonly probed: boolean;
}

export type SendingState =
  | { readonly state: 'allowed' | 'probing' }
  | { readonly state: 'blocked'; readonly by: SendBlock };

/** Whether `me` may send: freely, as the one who tries, or not now. */
export function sendingState({ blocks, prober, proberUntil = 0 }: Blocked, me: string, now: number): SendingState {
  const by = longestBlock({ blocks });
  if (!by) return { state: 'allowed' };
  if (now < by.until) return { state: 'blocked', by: { ...by, probed: false } };
  if (prober === undefined || prober === me || proberUntil < now) return { state: 'probing' };
  return { state: 'blocked', by: { ...by, until: proberUntil, probed: true } };
}

/** The block that lasts longest. */
export function longestBlock({ blocks }: Pick<Blocked, 'blocks'>): (Block & { readonly kind: BlockKind }) | undefined {
  return BLOCK_KINDS.flatMap((kind) => {
    const found = blocks[kind];
    return found ? [{ ...found, kind }] : [];
  }).sort((a, b) => b.until - a.until)[0];
}
