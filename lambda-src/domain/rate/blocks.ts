import { TIMING } from './timing';

/**
 * Why sending is blocked on a ledger: the daily quota is spent, or most SES answers do not show whether it accepted the
 * email.
 */
export const BLOCK_KINDS = ['quota', 'unclear'] as const;
export type BlockKind = (typeof BLOCK_KINDS)[number];

export interface Block {
  /** Sending is blocked until this time, in milliseconds. Then one worker probes. */
  readonly until: number;
  readonly since: number;
  /** Length of the block since the last probe, in milliseconds. */
  readonly lasts: number;
  readonly reason: string;
  /**
   * Of an unclear block: the mailers whose topics were alerted, and when. `done` is set once SNS accepted the alert.
   */
  readonly alerts?: { readonly [mailer: string]: { readonly at: number; readonly done: boolean } };
}

/** The blocks in the rate record. One worker probes for all of them. */
export interface Blocked {
  readonly blocks: { readonly [kind in BlockKind]?: Block };
  readonly prober?: string;
  readonly proberUntil?: number;
}

export const FIRST_QUOTA_BLOCK = 60_000;

/**
 * Waits in milliseconds: the first block, the first after a failed probe, and the longest. Each failed probe doubles
 * the wait.
 */
const WAITS: {
  readonly [kind in BlockKind]: { readonly first: number; readonly again: number; readonly longest: number };
} = {
  quota: { first: FIRST_QUOTA_BLOCK, again: 120_000, longest: 1_800_000 },
  // Probe at once: if answers are unclear at random, the next is likely to be clear.
  unclear: { first: 0, again: 250, longest: 600_000 },
};

/**
 * Blocks sending, or extends a block after a failed probe (`tried`). Undefined if another worker has already blocked
 * it.
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
  // No worker has probed for that long, so the block is from a campaign that is over.
  const known = current && now <= current.until + longest ? current : undefined;
  const lasts = known ? Math.min(Math.max(known.lasts * 2, again), longest) : first;
  const next: Block = { ...known, until: now + lasts, since: known?.since ?? now, lasts, reason };
  return { ...record, blocks: { ...record.blocks, [kind]: next }, prober: undefined, proberUntil: undefined };
}

/** Lifts blocks. Undefined if none of them exists. */
export function lift<R extends Blocked>(record: R, kinds: readonly BlockKind[]): R | undefined {
  if (!kinds.some((kind) => record.blocks[kind])) return undefined;
  const blocks = { ...record.blocks };
  for (const kind of kinds) delete blocks[kind];
  // Another block remains, so its prober keeps its lease.
  if (Object.keys(blocks).length > 0) return { ...record, blocks };
  return { ...record, blocks, prober: undefined, proberUntil: undefined };
}

/** Leases the right to probe to one worker. */
export const lease = <R extends Blocked>(record: R, prober: string, now: number): R => ({
  ...record,
  prober,
  proberUntil: now + TIMING.lease,
});

/** A block that prevents sending. `probed`: another worker is probing. */
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

/** Whether the worker `me` may send freely, may only probe, or is blocked. */
export function sendingState({ blocks, prober, proberUntil = 0 }: Blocked, me: string, now: number): SendingState {
  const by = longestBlock({ blocks });
  if (!by) return { state: 'allowed' };
  if (now < by.until) return { state: 'blocked', by: { ...by, probed: false } };
  if (prober === undefined || prober === me || proberUntil < now) return { state: 'probing' };
  return { state: 'blocked', by: { ...by, until: proberUntil, probed: true } };
}

/** Returns the block that ends last. */
export function longestBlock({ blocks }: Pick<Blocked, 'blocks'>): (Block & { readonly kind: BlockKind }) | undefined {
  return BLOCK_KINDS.flatMap((kind) => {
    const found = blocks[kind];
    return found ? [{ ...found, kind }] : [];
  }).sort((a, b) => b.until - a.until)[0];
}
