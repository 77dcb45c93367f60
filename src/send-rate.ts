import type { SendingWindow } from './sending-window';

/** Options for the send rate and the sending hours. Mailers with the same ledger share one rate. */
export interface SendRateOptions {
  /**
   * The maximum send rate, in emails per second. MailMatrix never exceeds SES's allowance for the account.
   *
   * @default - what SES allows the account (GetAccount's MaxSendRate), times `accountShare`
   */
  readonly maxPerSecond?: number;

  /**
   * The share of the account's allowance that this mailer may use, above 0 and up to 1. Choose less than 1 if other
   * applications send from the same account and Region.
   *
   * @default 1
   */
  readonly accountShare?: number;

  /**
   * The hours in which email is sent. Outside them a campaign waits, and continues automatically. An email that was
   * started just before the end is still sent. A run keeps the window that it started with.
   *
   * @default - at any time
   */
  readonly window?: SendingWindow;
}
