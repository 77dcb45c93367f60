import * as ses from 'aws-cdk-lib/aws-ses';
import type { SuppressionSettings } from '../private/contract';

/**
 * Which of SES's own lists keeps mail from addresses that bounced or complained. SES takes such a mail and does not
 * deliver it. MailMatrix skips those addresses by itself, from the first such event on; this is the second line.
 */
export class Suppression {
  /** As the account is set up. The default. */
  public static account(): Suppression {
    return new Suppression({ by: 'account' }, {});
  }

  /**
   * The account's list, for these reasons, whatever the account is set up for.
   *
   * @param reasons without them, bounces and complaints
   */
  public static configurationSet(
    reasons: ses.SuppressionReasons = ses.SuppressionReasons.BOUNCES_AND_COMPLAINTS,
  ): Suppression {
    return new Suppression({ by: 'configuration_set', reasons: REASONS[reasons] }, { suppressionReasons: reasons });
  }

  /** None: mail goes out to addresses that bounced or complained in another of the account's mailings. */
  public static off(): Suppression {
    return new Suppression({ by: 'nobody' }, { disableSuppressionList: true });
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
