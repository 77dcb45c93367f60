/**
 * The treatment of emails whose delivery to SES is uncertain: SES's response was lost, or the send worker died. SES
 * has no API to check, and a second attempt can deliver the email twice.
 */
export class InDoubtPolicy {
  /** Does not resend the email. The report lists its recipient in `in-doubt.csv`. The default. */
  public static hold(): InDoubtPolicy {
    return new InDoubtPolicy('hold');
  }

  /**
   * Sends the email once more in the same run, once its worker can no longer be alive. Some recipients may get the
   * email twice. If the second attempt is in doubt as well, it stays in doubt: no later run resends it, unless an
   * operator asks for it with `cdk-mailmatrix resend-in-doubt`.
   */
  public static resendAcceptingDuplicates(): InDoubtPolicy {
    return new InDoubtPolicy('resend');
  }

  private constructor(
    /** @internal */
    public readonly _policy: 'hold' | 'resend',
  ) {}
}
