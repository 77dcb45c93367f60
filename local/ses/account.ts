import { SAYS } from './answers';

/** SES's settings of the account. */
export interface AccountSettings {
  readonly maxPerSecond: number;
  /** The daily quota; -1 for no limit. */
  readonly max24Hours: number;
  /** Emails sent by others before this endpoint started. */
  readonly sentLast24Hours: number;
  /** False in the sandbox, which allows only verified recipients. */
  readonly productionAccess: boolean;
  readonly sendingEnabled: boolean;
  readonly enforcementStatus: 'HEALTHY' | 'PROBATION' | 'SHUTDOWN';
  /** Whether the account's Virtual Deliverability Manager tracks opens and clicks. */
  readonly engagementMetrics: boolean;
  /** Whether to enforce the rate and the quota instead of only reporting them. */
  readonly enforce: boolean;
  /** GetAccount answers 503, as in an outage of all of SES. */
  readonly unavailable: boolean;
  /** The burst that SES accepts above the rate, in seconds of the rate. */
  readonly burstSeconds: number;
}

export const DEFAULT_ACCOUNT: AccountSettings = {
  maxPerSecond: 200,
  max24Hours: 1_000_000,
  sentLast24Hours: 0,
  productionAccess: true,
  sendingEnabled: true,
  enforcementStatus: 'HEALTHY',
  engagementMetrics: false,
  enforce: true,
  unavailable: false,
  burstSeconds: 1,
};

/** The account's rate, quota and status, as SES enforces them. */
export class SesAccount {
  settings: AccountSettings = DEFAULT_ACCOUNT;
  private sent = 0;
  private tokens = 0;
  private refilled = 0;

  constructor(private readonly now: () => number) {
    this.set(DEFAULT_ACCOUNT);
  }

  set(change: Partial<AccountSettings>): void {
    this.settings = { ...this.settings, ...change };
    this.tokens = this.capacity;
    this.refilled = this.now();
  }

  reset(): void {
    this.sent = 0;
    this.set(DEFAULT_ACCOUNT);
  }

  /**
   * Throws SES's error if the account may not send now. `counted`: the recipients that count toward the daily quota.
   */
  check(recipients: number, counted = recipients): void {
    const { enforcementStatus, sendingEnabled, enforce, max24Hours } = this.settings;
    if (enforcementStatus === 'SHUTDOWN') throw SAYS.suspended();
    if (!sendingEnabled) throw SAYS.paused();
    if (!enforce) return;
    // The quota applies to any 24 hours: https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas.html
    if (max24Hours >= 0 && this.sentLast24Hours + counted > max24Hours) throw SAYS.quotaSpent();
    this.refill();
    if (this.tokens < recipients) throw SAYS.throttled();
  }

  /** Counts accepted emails. */
  spend(recipients: number, counted = recipients): void {
    this.sent += counted;
    this.tokens -= recipients;
  }

  /** Returns GetAccount's response. */
  describe(): object {
    const { max24Hours, maxPerSecond, productionAccess, sendingEnabled, enforcementStatus, engagementMetrics } =
      this.settings;
    return {
      DedicatedIpAutoWarmupEnabled: false,
      EnforcementStatus: enforcementStatus,
      ProductionAccessEnabled: productionAccess,
      SendingEnabled: sendingEnabled,
      SendQuota: { Max24HourSend: max24Hours, MaxSendRate: maxPerSecond, SentLast24Hours: this.sentLast24Hours },
      SuppressionAttributes: { SuppressedReasons: [] },
      VdmAttributes: engagementMetrics
        ? { VdmEnabled: 'ENABLED', DashboardAttributes: { EngagementMetrics: 'ENABLED' } }
        : { VdmEnabled: 'DISABLED' },
    };
  }

  /** Excludes emails to SES's mailbox simulator. */
  get sentLast24Hours(): number {
    return this.settings.sentLast24Hours + this.sent;
  }

  private get capacity(): number {
    return Math.max(1, this.settings.maxPerSecond * this.settings.burstSeconds);
  }

  private refill(): void {
    const now = this.now();
    this.tokens = Math.min(this.capacity, this.tokens + ((now - this.refilled) / 1000) * this.settings.maxPerSecond);
    this.refilled = now;
  }
}
