import { type OptOut, optedOutOfAny, readPreferences } from '../../domain/consent/preferences';
import { type Person, preferencePartitions } from '../../domain/ledger/keys';
import type { Store } from '../../domain/ledger/store';
import type { Clock } from '../../domain/ports';
import { TIMING } from '../../domain/rate/timing';

/** Whether a recipient still wants the mail, by a reading that is never too old for it. */
export class Consent {
  constructor(
    private readonly recipient: Person,
    /** Undefined of mail that cannot be left. */
    private readonly topic: string | undefined,
    private optOut: OptOut | undefined,
    /** When that was read, or a moment before. */
    private readAt: number,
    private readonly ports: { readonly store: Store; readonly clock: Clock },
  ) {}

  /** Whether the recipient may be mailed, by a read not older than this many milliseconds. */
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

  /** A request after this would go by a reading that is too old. */
  get until(): number {
    return this.topic === undefined ? Number.POSITIVE_INFINITY : this.readAt + TIMING.consent;
  }
}
