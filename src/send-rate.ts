import type { SendingWindow } from './sending-window';

/** How fast, and when, mail goes out. Who shares a ledger shares the rate. */
export interface SendRateOptions {
  /**
   * Upper bound, in messages a second. SES's own allowance for the account is never exceeded, whatever this says.
   *
   * @default - what SES allows the account (GetAccount's MaxSendRate), times `accountShare`
   */
  readonly maxPerSecond?: number;

  /**
   * How much of the account's allowance this mailer may use, from above 0 to 1. Leave some where other
   * applications send from the same account and Region.
   *
   * @default 1
   */
  readonly accountShare?: number;

  /**
   * The hours in which mail goes out. Outside them a campaign waits and goes on by itself; a message that was begun just
   * before the end is sent. A run keeps the window that it began with.
   *
   * @default - at any time
   */
  readonly window?: SendingWindow;
}
