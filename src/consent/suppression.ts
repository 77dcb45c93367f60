import * as ses from 'aws-cdk-lib/aws-ses';
import type { SuppressionSettings } from '../private/contract';

/**
 * The SES suppression list that applies to addresses that bounced or complained. SES accepts email to a suppressed
 * address but does not deliver it. MailMatrix skips such addresses itself from the first event on; SES's list is a
 * second safeguard.
 *
 * By default only complaints count: `Suppression.configurationSet(SuppressionReasons.COMPLAINTS_ONLY)`. With bounces,
 * SES also lists recipients whose server refused your domain or IP address, and `cdk-mailmatrix suppress remove` does
 * not change SES's list.
 */
export class Suppression {
  /** Uses the account's settings. */
  public static account(): Suppression {
    return new Suppression({ by: 'account' }, {});
  }

  /**
   * Uses the account's suppression list for the given reasons, regardless of the account's settings.
   *
   * @param reasons without them, bounces and complaints
   */
  public static configurationSet(
    reasons: ses.SuppressionReasons = ses.SuppressionReasons.BOUNCES_AND_COMPLAINTS,
  ): Suppression {
    return new Suppression({ by: 'configuration_set', reasons: REASONS[reasons] }, { suppressionReasons: reasons });
  }

  /**
   * Uses no SES suppression list: email is sent to addresses that bounced or complained in the account's other
   * mailings.
   */
  public static off(): Suppression {
    return new Suppression({ by: 'nobody' }, { disableSuppressionList: true });
  }

  /**
   * Returns what a given configuration set says.
   * @internal
   */
  public static _of(configurationSet: ses.ConfigurationSet): Suppression {
    const { suppressionOptions } = configurationSet.node.defaultChild as ses.CfnConfigurationSet;
    const { suppressedReasons: reasons } = (suppressionOptions ??
      {}) as ses.CfnConfigurationSet.SuppressionOptionsProperty;
    if (!reasons) return Suppression.account();
    return reasons.length === 0 ? Suppression.off() : new Suppression({ by: 'configuration_set', reasons }, {});
  }

  /** @internal */
  public static _default(): Suppression {
    return Suppression.configurationSet(ses.SuppressionReasons.COMPLAINTS_ONLY);
  }

  /** The reasons for which SES lists an address; both if the account's settings apply. @internal */
  public get _reasons(): readonly string[] {
    if (this._settings.by === 'nobody') return [];
    return this._settings.reasons ?? REASONS[ses.SuppressionReasons.BOUNCES_AND_COMPLAINTS];
  }

  private constructor(
    /** @internal */
    public readonly _settings: SuppressionSettings,
    /** @internal */
    public readonly _props: ses.ConfigurationSetProps,
  ) {}
}

const REASONS: { readonly [reasons in ses.SuppressionReasons]: readonly string[] } = {
  [ses.SuppressionReasons.BOUNCES_AND_COMPLAINTS]: ['BOUNCE', 'COMPLAINT'],
  [ses.SuppressionReasons.BOUNCES_ONLY]: ['BOUNCE'],
  [ses.SuppressionReasons.COMPLAINTS_ONLY]: ['COMPLAINT'],
};
