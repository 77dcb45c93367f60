import type { Recipient, RunRef, TrackingSettings } from '../../../src/private/contract';
import { optedOutOfAny, readPreferences } from '../../domain/consent/preferences';
import { currentChoice, trackingConsent, tracks } from '../../domain/consent/tracking-consent';
import type { TrackingConsent } from '../../domain/ledger/consent-proof';
import { type Person, preferencePartitions } from '../../domain/ledger/keys';
import type { RecipientState } from '../../domain/ledger/recipient-state';
import type { Store } from '../../domain/ledger/store';
import type { Clock } from '../../domain/ports';
import { TIMING } from '../../domain/rate/timing';

/** A recipient and what their consent depends on. */
export interface ConsentQuestion {
  readonly recipient: Person & Pick<Recipient, 'trackingConsent'>;
  /** The template's topic; undefined for transactional email, which has no opt-out. */
  readonly topic: string | undefined;
  readonly run: Pick<RunRef, 'list' | 'uploadedAt' | 'startedAt'>;
  readonly tracking?: TrackingSettings;
}

/** Checks a recipient's opt-outs and their consent to tracking, and reads both again before they are too old. */
export class Consent {
  constructor(
    private readonly question: ConsentQuestion,
    private answer: Pick<RecipientState, 'optOut' | 'trackingChoice'>,
    /** When the answer was read, in milliseconds; taken before the read. */
    private readAt: number,
    private readonly ports: { readonly store: Store; readonly clock: Clock },
  ) {}

  /** Returns whether the recipient may be emailed, by an answer at most `age` milliseconds old. */
  async given(age: number = TIMING.reread): Promise<boolean> {
    const { store, clock } = this.ports;
    const { recipient, topic } = this.question;
    if (this.isAsked && this.answer.optOut === undefined && clock.now() - this.readAt > age) {
      const asked = clock.now();
      const keys = preferencePartitions(recipient).map((pk) => ({ pk }));
      const preferences = await readPreferences(keys, store);
      this.answer = { optOut: optedOutOfAny(preferences, topic), trackingChoice: currentChoice(preferences) };
      this.readAt = asked;
    }
    return this.answer.optOut === undefined;
  }

  /** The consent by which an email may be tracked now. Undefined: it must not be. */
  get toTracking(): TrackingConsent | undefined {
    const { recipient, run, tracking } = this.question;
    return trackingConsent(recipient.trackingConsent, this.answer.trackingChoice, run, tracking);
  }

  /** The time in milliseconds after which the answer is too old for a request. */
  get until(): number {
    return this.isAsked ? this.readAt + TIMING.consent : Number.POSITIVE_INFINITY;
  }

  /** Whether the recipient's preferences matter to the email. */
  private get isAsked(): boolean {
    return this.question.topic !== undefined || tracks(this.question.tracking);
  }
}
