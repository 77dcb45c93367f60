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
   * Sends it once more in the same run, when its worker can no longer be alive. Some recipients may get the email twice.
   * If the second attempt is in doubt as well, it stays in doubt: no later run resends it, unless an operator asks for it with
   * `cdk-mailmatrix resend-in-doubt`.
   */
  public static resendAcceptingDuplicates(): InDoubtPolicy {
    return new InDoubtPolicy('resend');
  }

  private constructor(
    /** @internal */
    public readonly _policy: 'hold' | 'resend',
  ) {}
}
