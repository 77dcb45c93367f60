/**
 * What becomes of a message of which nobody knows whether SES took it: the answer was lost, or the worker died.
 * SES cannot be asked, and sending it again may send it twice.
 */
export class InDoubtPolicy {
  /** Never send it again; the report lists it in `in-doubt.csv`. The default. */
  public static hold(): InDoubtPolicy {
    return new InDoubtPolicy('hold');
  }

  /**
   * Send it again in the same run, once its worker can no longer be alive; if that is in doubt too, it stays so until the
   * campaign's next run. Somebody may get the mail twice: at most once an attempt.
   */
  public static resendAcceptingDuplicates(): InDoubtPolicy {
    return new InDoubtPolicy('resend');
  }

  private constructor(
    /** @internal */
    public readonly _policy: 'hold' | 'resend',
  ) {}
}
