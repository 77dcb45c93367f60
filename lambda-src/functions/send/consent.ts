import { type OptOut, optedOutOfAny, readPreferences } from '../../domain/consent/preferences';
import { type Person, preferencePartitions } from '../../domain/ledger/keys';
import type { Store } from '../../domain/ledger/store';
import type { Clock } from '../../domain/ports';
import { TIMING } from '../../domain/rate/timing';

/** Checks a recipient's opt-outs, and reads them again before they are too old. */
export class Consent {
  constructor(
    private readonly recipient: Person,
    /** The template's topic; undefined for transactional email, which has no opt-out. */
    private readonly topic: string | undefined,
    private optOut: OptOut | undefined,
    /** When the opt-outs were read, in milliseconds; taken before the read. */
    private readAt: number,
    private readonly ports: { readonly store: Store; readonly clock: Clock },
  ) {}

  /** Returns whether the recipient may be emailed, by opt-outs at most `age` milliseconds old. */
  async given(age: number = TIMING.reread): Promise<boolean> {
    const { store, clock } = this.ports;
    if (this.topic === undefined) return true;
    if (this.optOut === undefined && clock.now() - this.readAt > age) {
      const asked = clock.now();
      const keys = preferencePartitions(this.recipient).map((pk) => ({ pk }));
      this.optOut = optedOutOfAny(await readPreferences(keys, store), this.topic);
      this.readAt = asked;
    }
    return this.optOut === undefined;
  }

  /** The time in milliseconds after which the opt-outs are too old for a request. */
  get until(): number {
    return this.topic === undefined ? Number.POSITIVE_INFINITY : this.readAt + TIMING.consent;
  }
}
