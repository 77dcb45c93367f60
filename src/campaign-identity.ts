import { Duration } from 'aws-cdk-lib';
import { checkProps } from './private/check-props';
import { checkDuration, checkNumber } from './private/errors';

/** Options of `CampaignIdentity.byKey`. */
export interface CampaignByKeyOptions {
  /**
   * The time from the last run that began to send until the campaign's name closes. A campaign that never sent
   * anything does not close. An upload under a closed name is rejected (MM512), because it is more likely a new
   * mailing under an old file's name than a late continuation.
   *
   * @default Duration.days(30)
   */
  readonly closesAfter?: Duration;
}

/** Decides which uploads belong to the same campaign. Each recipient gets at most one email per campaign. */
export class CampaignIdentity {
  /**
   * Identifies a campaign by the object's key. Uploading `campaigns/may.csv` again continues the campaign `may`: only
   * recipients without an email get one. The default.
   */
  public static byKey(options: CampaignByKeyOptions = {}): CampaignIdentity {
    checkProps('CampaignByKeyOptions', options);
    const { closesAfter = Duration.days(30) } = options;
    checkDuration('CampaignIdentity.byKey closesAfter', closesAfter);
    const days = closesAfter.toDays({ integral: false });
    checkNumber('CampaignIdentity.byKey closesAfter (days)', days, { min: 1 });
    return new CampaignIdentity(false, days);
  }

  /**
   * Makes every upload a campaign of its own. Uploading the same file again sends to every recipient again. A
   * repeated S3 event for one upload does not.
   */
  public static byUpload(): CampaignIdentity {
    return new CampaignIdentity(true, 30);
  }

  private constructor(
    /** @internal */
    public readonly _byUpload: boolean,
    /** @internal */
    public readonly _closesAfterDays: number,
  ) {}
}
