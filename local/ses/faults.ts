import { type Random, random } from '../random';
import type { Broken } from './answers';

/** A fault, and the send requests that it applies to. The first matching fault applies. */
export interface Fault {
  /** All given conditions must hold. Without conditions every request matches. */
  readonly when?: {
    readonly probability?: number;
    /** Numbers of send requests, from 1 since the faults were set. */
    readonly nth?: readonly number[];
    readonly every?: number;
    /** Addresses, case-insensitive. */
    readonly to?: readonly string[];
    /** The request reused a connection, which can be stale. */
    readonly reused?: boolean;
  };
  /** The maximum number of times that the fault applies. */
  readonly times?: number;
  readonly delayMilliseconds?: number;
  /** Whether SES accepts the email anyway: only its response is lost or wrong. */
  readonly accepted?: boolean;
  /** `ok`: a normal response (with a delay: a slow one); else a broken response or an SES error. */
  readonly does: 'ok' | Broken | { readonly status: number; readonly type: string; readonly message: string };
}

export interface Sending {
  readonly to: readonly string[];
  readonly reused: boolean;
}

/** Selects the fault of each request. */
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
      // Last, so that a random number is drawn only for matching requests.
      (when.probability === undefined || this.next() < when.probability)
    );
  }
}
