import { Duration, Token } from 'aws-cdk-lib';
import { checkDuration, fail } from '../private/errors';
import { parseAddress } from '../private/synth';

/** Options of `Approval.required`. */
export interface RequiredApprovalOptions {
  /**
   * Who may approve a run, 1 to 10 addresses. Each gets the samples and a link of their own; the first to answer decides.
   */
  readonly approvers: string[];

  /**
   * How long a run waits for an answer, from a minute to 14 days. Without one nothing of it is sent.
   *
   * @default Duration.days(3)
   */
  readonly timeout?: Duration;

  /**
   * Whom test mails may go to besides the approvers, who always may: addresses, and domains with an `@` before them
   * (`@example.com`).
   *
   * @default - everybody in the sender's domain, or the sender's address where that alone is verified
   */
  readonly reviewers?: string[];
}

/** Options of `Approval.none`. */
export interface NoApprovalOptions {
  /**
   * Whom test mails may go to: addresses, and domains with an `@` before them (`@example.com`). None at all: `[]`.
   *
   * @default - everybody in the sender's domain, or the sender's address where that alone is verified
   */
  readonly reviewers?: string[];
}

const MOST_APPROVERS = 10;
const MIN_SECONDS = 60;
const MAX_SECONDS = 14 * 86_400;

/** Whether somebody must look at a run before it is sent, and who may be shown its mails. */
export class Approval {
  /** Runs are sent without anybody's word. The default. */
  public static none(options: NoApprovalOptions = {}): Approval {
    return new Approval([], 0, options.reviewers?.map(checked('reviewers', true)));
  }

  /**
   * A planned run waits. The approvers are mailed three of its mails as samples, its numbers and a link each; it goes on
   * only if one of them approves, by the link or by `cdk-mailmatrix approve`.
   */
  public static required(options: RequiredApprovalOptions): Approval {
    const { approvers, timeout = Duration.days(3) } = options;
    if (!Token.isUnresolved(approvers) && (approvers.length === 0 || approvers.length > MOST_APPROVERS)) {
      fail('MM140', `approval.approvers: got ${approvers.length}, allowed are 1 to ${MOST_APPROVERS}`);
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
   * Addresses, and domains with an `@` before them, in lower case.
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
