import type { Duration } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';

/** What becomes of the mail once SES has it, and what follows from that. */
export interface TrackingOptions {
  /**
   * How long after its end a run is reported once more, with what became of its mail until then. From none
   * (`Duration.days(0)`: no second report) to 364 days; an execution of Step Functions waits no longer than a year.
   *
   * @default Duration.days(3)
   */
  readonly period?: Duration;

  /**
   * Learn who opened a mail. SES then puts a picture of one pixel into every HTML part. Where this needs the recipient's
   * consent, it is yours to have.
   *
   * @default false
   */
  readonly opens?: boolean;

  /**
   * Learn who clicked a link. SES then leads every link through itself.
   *
   * @default false
   */
  readonly clicks?: boolean;

  /**
   * An event bus that is told of runs and of what became of each mail; docs/events.md describes the events.
   *
   * @default - none
   */
  readonly eventBus?: events.IEventBus;

  /**
   * Whether events on `eventBus` name addresses. Without, a recipient is a digest.
   *
   * @default false
   */
  readonly addressesInEvents?: boolean;

  /**
   * A campaign of which more messages than this bounce for good is paused, in percent from 0 to 100; 100 switches it off.
   * SES puts an account under review at 5 %.
   *
   * @default 5
   */
  readonly maxBouncePercent?: number;

  /**
   * A campaign of which more messages than this are complained about is paused, in percent from 0 to 100; 100 switches it
   * off. SES puts an account under review at 0.1 %.
   *
   * @default 0.1
   */
  readonly maxComplaintPercent?: number;

  /**
   * A campaign is judged as if it had sent at least so many messages: a few bounces of a small list pause nothing, and a
   * bad list is paused as soon as it has more of them than a good one of this size may have. A whole number from 1.
   *
   * @default 1000
   */
  readonly breakerMinimum?: number;
}
