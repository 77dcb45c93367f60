import { Duration } from 'aws-cdk-lib';
import { checkDuration, checkNumber } from './private/errors';

/** Options of `CampaignIdentity.byKey`. */
export interface CampaignByKeyOptions {
  /**
   * The time from the last run that began to send until the campaign's name closes. A campaign of which no run has sent
   * never closes. An upload under a closed name is rejected (MM512), because it is more likely a new mailing under an old
   * file's name than a late continuation.
   *
   * @default Duration.days(30)
   */
  readonly closesAfter?: Duration;
}

/** What makes two uploads the same campaign, in which nobody is mailed twice. */
export class CampaignIdentity {
  /**
   * The object's key: uploading `campaigns/may.csv` again continues the campaign `may`, and only those who have
   * no mail yet get one. The default.
   */
  public static byKey(options: CampaignByKeyOptions = {}): CampaignIdentity {
    const { closesAfter = Duration.days(30) } = options;
    checkDuration('CampaignIdentity.byKey closesAfter', closesAfter);
    const days = closesAfter.toDays({ integral: false });
    checkNumber('CampaignIdentity.byKey closesAfter (days)', days, { min: 1 });
    return new CampaignIdentity(false, days);
  }

  /**
   * Every upload is a campaign of its own: uploading the same file again mails everybody again. A repeated event
   * for one upload still does not.
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
