import type { Random } from '../../../local/random';

/** How likely each thing is to go wrong; 0 is never. */
export interface Faults {
  /** A process dies, at one of its awaits. */
  readonly crash: number;
  /** A process stalls at one of its awaits. */
  readonly stall: number;
  /** A message takes long. */
  readonly slow: number;
  /** Of a request to the ledger or the bucket: it is lost; it comes late; its answer is lost. The client repeats it. */
  readonly lost: number;
  readonly late: number;
  readonly unanswered: number;
  readonly ses: {
    /** No connection is established. */
    readonly unreachable: number;
    /** 429. */
    readonly throttled: number;
    /** 400 for this message, though it is a good one. */
    readonly refused: number;
    /** How often, at an arrival, a time begins in which the quota is spent, or in which sending is forbidden. */
    readonly quota: number;
    readonly forbidden: number;
    /** Accepted or refused, the answer is lost. */
    readonly unanswered: number;
    /** Accepted or refused, something on the way answers with a 4xx that SES did not write. */
    readonly foreign: number;
    /** The client gives up while the request is under way; it arrives later or never. */
    readonly adrift: number;
  };
  readonly invoke: {
    /** Step Functions has an error while the function runs on. */
    readonly disowned: number;
    /** It does not start. */
    readonly failed: number;
  };
  /** Step Functions cannot read a map's items. */
  readonly unreadable: number;
  /** The ledger's TTL takes an item that has a time to go, as if that had come: a run may wait for weeks. */
  readonly expired: number;
}

export const NONE: Faults = {
  crash: 0,
  stall: 0,
  slow: 0,
  lost: 0,
  late: 0,
  unanswered: 0,
  ses: { unreachable: 0, throttled: 0, refused: 0, quota: 0, forbidden: 0, unanswered: 0, foreign: 0, adrift: 0 },
  invoke: { disowned: 0, failed: 0 },
  unreadable: 0,
  expired: 0,
};

/** Each kind of fault is there in some seeds and more or less often, so that rare combinations come about. */
export function drawFaults(next: Random): Faults {
  const some = (most: number) => (next() < 0.45 ? most * next() ** 2 : 0);
  return {
    crash: some(0.06),
    stall: some(0.06),
    slow: some(0.1),
    lost: some(0.3),
    late: some(0.3),
    unanswered: some(0.3),
    ses: {
      unreachable: some(0.4),
      throttled: some(0.6),
      refused: some(0.3),
      quota: some(0.1),
      forbidden: some(0.1),
      unanswered: some(0.6),
      foreign: 0,
      adrift: some(0.6),
    },
    invoke: { disowned: some(0.5), failed: some(0.3) },
    unreadable: some(0.1),
    expired: some(0.5),
  };
}
