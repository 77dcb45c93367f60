import type { Duration } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';

/** Options for delivery tracking after SES accepts an email. */
export interface TrackingOptions {
  /**
   * The time from the end of a run to its second report, which includes deliveries and bounces until then. From
   * `Duration.days(0)`, which disables the second report, to 364 days: a Step Functions execution lasts at most one
   * year.
   *
   * @default Duration.days(3)
   */
  readonly period?: Duration;

  /**
   * Whether to track opens of recipients who consented. SES adds a one-pixel image to the HTML body of their emails.
   *
   * @default false
   */
  readonly opens?: boolean;

  /**
   * Whether to track clicks of recipients who consented. SES redirects the links of their emails through its own
   * domain.
   *
   * @default false
   */
  readonly clicks?: boolean;

  /**
   * The name of a column that holds each recipient's consent to the tracking of opens and clicks. An empty cell means
   * unknown; a cell with any value other than `consentValues` refuses consent. A list without the column has only
   * unknown answers.
   *
   * @default - recipients can consent on the preferences page only
   */
  readonly consentColumn?: string;

  /**
   * The values of `consentColumn` that mean yes. Case-insensitive.
   *
   * @default ['yes', 'true', '1', 'y', 'x']
   */
  readonly consentValues?: string[];

  /**
   * Whether a recipient must consent before opens and clicks are tracked. With `false`, recipients whose answer is
   * unknown are tracked too: set it only where the law does not require consent, or if every recipient of your lists
   * gave it. A refusal, in the list or on the preferences page, always counts.
   *
   * @default true
   */
  readonly consentRequired?: boolean;

  /**
   * Your own domain for tracking images and tracked links, such as `links.example.com`. Ad blockers and mail filters
   * list SES's own. It must be a verified identity of SES in this Region and lead to SES's tracking domain over HTTPS,
   * which tracked links then require; docs/tracking.md describes how.
   *
   * @default - SES's domain `awstrack.me`
   */
  readonly redirectDomain?: string;

  /**
   * The event bus that receives events about runs and deliveries. docs/events.md describes the events.
   *
   * @default - none
   */
  readonly eventBus?: events.IEventBus;

  /**
   * Whether events on `eventBus` contain email addresses. By default a recipient is identified by a digest.
   *
   * @default false
   */
  readonly addressesInEvents?: boolean;

  /**
   * The number of emails to an address that must soft-bounce before it is opted out, from 1 to 20. Mailers that share a
   * ledger need the same value here and in the next three props.
   *
   * @default 5
   */
  readonly softBounces?: number;

  /**
   * The minimum time between the first and the last of these soft bounces, so that one outage of a mail server opts
   * nobody out. At most `softBounceWithin`.
   *
   * @default Duration.days(7)
   */
  readonly softBounceSpan?: Duration;

  /**
   * The maximum time between the first and the last soft bounce that count together, up to 365 days.
   *
   * @default Duration.days(90)
   */
  readonly softBounceWithin?: Duration;

  /**
   * The maximum time between two emails to a domain that does not exist, up to 365 days. The second opts the address
   * out as a hard bounce does.
   *
   * @default Duration.days(7)
   */
  readonly missingDomainWithin?: Duration;

  /**
   * The maximum share of a campaign's emails that may bounce permanently, in percent from 0 to 100. Above it the
   * campaign pauses; 100 disables the check. SES puts an account under review at 5 %.
   *
   * @default 5
   */
  readonly maxBouncePercent?: number;

  /**
   * The maximum share of a campaign's emails that may get a complaint, in percent from 0 to 100. Above it the campaign
   * pauses; 100 disables the check. SES puts an account under review at 0.1 %.
   *
   * @default 0.1
   */
  readonly maxComplaintPercent?: number;

  /**
   * The minimum number of emails that bounce and complaint rates are calculated with; a whole number ≥ 1. A smaller
   * campaign is treated as if it had sent this many, so that a few bounces do not pause it.
   *
   * @default 1000
   */
  readonly breakerMinimum?: number;
}
