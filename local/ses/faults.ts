import { type Random, random } from '../random';
import type { Broken } from './answers';

/** What goes wrong with a request to send, and with which. The first fault that fits is taken. */
export interface Fault {
  /** All that are given must hold; without any, every request. */
  readonly when?: {
    readonly probability?: number;
    /** Requests to send, counted from 1 since the faults were set. */
    readonly nth?: readonly number[];
    readonly every?: number;
    /** Addresses, in any case. */
    readonly to?: readonly string[];
    /** The request came over a connection that had served one before, as a stale one does. */
    readonly reused?: boolean;
  };
  /** At most so often. */
  readonly times?: number;
  readonly delayMilliseconds?: number;
  /** SES takes the mail nevertheless; only its answer is lost or wrong. */
  readonly accepted?: boolean;
  /** `ok`: as without a fault (with a delay: slow); what comes in place of SES's answer; or an error that SES writes. */
  readonly does: 'ok' | Broken | { readonly status: number; readonly type: string; readonly message: string };
}

export interface Sending {
  readonly to: readonly string[];
  readonly reused: boolean;
}

/** Which fault meets which request. */
export class Faults {
  private rules: { readonly fault: Fault; left: number }[] = [];
  private next: Random = random(1);
  private count = 0;

  set(faults: readonly Fault[], seed = 1): void {
    this.rules = faults.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }));
    this.next = random(seed);
    this.count = 0;
  }

  meet(sending: Sending): Fault | undefined {
    this.count += 1;
    const found = this.rules.find((rule) => rule.left > 0 && this.fits(rule.fault.when ?? {}, sending));
    if (!found) return undefined;
    found.left -= 1;
    return found.fault;
  }

  private fits(when: NonNullable<Fault['when']>, { to, reused }: Sending): boolean {
    const folded = when.to?.map((address) => address.toLowerCase());
    return (
      (when.nth === undefined || when.nth.includes(this.count)) &&
      (when.every === undefined || this.count % when.every === 0) &&
      (when.reused === undefined || when.reused === reused) &&
      (folded === undefined || to.some((address) => folded.includes(address.toLowerCase()))) &&
      // Last, so that the seed meets only those that it is about.
      (when.probability === undefined || this.next() < when.probability)
    );
  }
}
