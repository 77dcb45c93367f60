import { Duration, Token } from 'aws-cdk-lib';
import { checkProps } from '../private/check-props';
import { checkDuration, fail } from '../private/errors';
import { parseAddress } from '../private/synth';

/** Options of `Approval.required`. */
export interface RequiredApprovalOptions {
  /**
   * The addresses of the approvers, 1 to 10. Each approver gets samples and a personal link. The first answer decides.
   */
  readonly approvers: string[];

  /**
   * The time that a run waits for an answer, from 1 minute to 14 days. Without an answer nothing is sent.
   *
   * @default Duration.days(3)
   */
  readonly timeout?: Duration;

  /**
   * The recipients that test emails are allowed for, in addition to the approvers: addresses, and domains with a
   * leading `@` (`@example.com`).
   *
   * @default - every address in the sender's domain, or the sender's address if only that is verified
   */
  readonly reviewers?: string[];
}

/** Options of `Approval.none`. */
export interface NoApprovalOptions {
  /**
   * The recipients that test emails are allowed for: addresses, and domains with a leading `@` (`@example.com`). Set
   * `[]` to allow none.
   *
   * @default - every address in the sender's domain, or the sender's address if only that is verified
   */
  readonly reviewers?: string[];
}

const MAX_APPROVERS = 10;
const MIN_SECONDS = 60;
const MAX_SECONDS = 14 * 86_400;

/** The approval that a run needs before it is sent, and the allowed recipients of test emails. */
export class Approval {
  /** Sends runs without approval. The default. */
  public static none(options: NoApprovalOptions = {}): Approval {
    checkProps('NoApprovalOptions', options);
    return new Approval([], 0, options.reviewers?.map(checked('reviewers', true)));
  }

  /**
   * Makes a planned run wait for approval. Each approver gets three sample emails, the run's numbers and a link.
   * Sending starts only after one of them approves, by the link or with `cdk-mailmatrix approve`.
   */
  public static required(options: RequiredApprovalOptions): Approval {
    checkProps('RequiredApprovalOptions', options);
    const { approvers, timeout = Duration.days(3) } = options;
    if (!Token.isUnresolved(approvers) && (approvers.length === 0 || approvers.length > MAX_APPROVERS)) {
      fail('MM140', `approval.approvers: got ${approvers.length}, allowed are 1 to ${MAX_APPROVERS}`);
    }
    checkDuration('approval.timeout', timeout);
    const seconds = timeout.toSeconds({ integral: false });
    if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) {
      fail(
        'MM104',
        `approval.timeout in seconds: got ${seconds}, allowed is a number from ${MIN_SECONDS} to ${MAX_SECONDS}`,
      );
    }
    const reviewers = options.reviewers?.map(checked('reviewers', true));
    return new Approval(approvers.map(checked('approvers')), seconds, reviewers);
  }

  private constructor(
    /** @internal */
    public readonly _approvers: readonly string[],
    /** @internal */
    public readonly _timeoutSeconds: number,
    private readonly reviewers: string[] | undefined,
  ) {}

  /**
   * Returns the allowed recipients of test emails, in lower case: addresses, and domains with a leading `@`.
   * @internal
   */
  public _reviewers(ofSender: string): string[] {
    return [...new Set([...this._approvers, ...(this.reviewers ?? [lower(ofSender)])])];
  }
}

const lower = (text: string): string => (Token.isUnresolved(text) ? text : text.toLowerCase());

const checked =
  (prop: string, domains = false) =>
  (text: string): string => {
    if (Token.isUnresolved(text)) return text;
    const address = domains && text.startsWith('@') ? `anybody${text}` : text;
    const parsed = parseAddress(address);
    if (!('address' in parsed) || parsed.address !== address) {
      const allowed = domains ? 'is "ann@example.com" or "@example.com"' : 'is an address such as "ann@example.com"';
      fail('MM140', `approval.${prop}: got ${JSON.stringify(text)}, allowed ${allowed}`);
    }
    return lower(text);
  };
