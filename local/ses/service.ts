import { type AccountSettings, SesAccount } from './account';
import { type Broken, SAYS, SesError } from './answers';
import type { Fault } from './faults';
import { bareAddress, checkMail, recipientsOf, type SendEmailBody } from './mail';
import type { SesRequest } from './request';
import { isSimulator } from './simulator';

/** What SES knows beside the account. */
export interface Known {
  readonly isVerified: (identity: string) => boolean;
  /** Of the configuration set that a request names. */
  readonly hasConfigurationSet: boolean;
  /** Whether SES rejects the message to this recipient. */
  readonly rejects?: (address: string) => boolean;
}

/** What a client gets for a request to send. */
export type Answer =
  | { readonly kind: 'taken'; readonly messageId: string }
  | { readonly kind: 'error'; readonly error: SesError }
  | { readonly kind: 'broken'; readonly broken: Broken };

export interface SesOptions {
  readonly now: () => number;
  /** By the number of messages that were taken before. */
  readonly messageId: (count: number) => string;
  /** Keep subjects and bodies of requests. @default true */
  readonly keepContent?: boolean;
}

/**
 * What SES does with a request to send: it takes the message, or says why not. Nothing else in the repository decides
 * that: the endpoint and the benches ask by HTTP, the simulation and unit tests in their own process.
 */
export class SesService {
  readonly account: SesAccount;
  requests: SesRequest[] = [];
  private taken = 0;

  constructor(private readonly options: SesOptions) {
    this.account = new SesAccount(options.now);
  }

  reset(account: Partial<AccountSettings> = {}): void {
    this.requests = [];
    this.account.reset();
    this.account.set(account);
  }

  /** Identities that must be verified; in the sandbox recipients' as well, but for the simulator's. */
  partiesOf(body: SendEmailBody): readonly string[] {
    const people = this.account.settings.productionAccess ? [] : recipientsOf(body).map(bareAddress);
    return [bareAddress(body.FromEmailAddress ?? ''), ...people.filter((address) => !isSimulator(address))];
  }

  /** The message's id; throws a SesError where SES does not take it. */
  take(body: SendEmailBody, { isVerified, hasConfigurationSet, rejects }: Known): string {
    checkMail(body);
    for (const party of this.partiesOf(body)) {
      const domain = party.slice(party.lastIndexOf('@') + 1);
      if (!isVerified(party) && !isVerified(domain)) throw SAYS.notVerified(party);
    }
    const { ConfigurationSetName: set } = body;
    if (set && !hasConfigurationSet) throw SAYS.noConfigurationSet(set);
    const recipients = recipientsOf(body).map(bareAddress);
    const counted = recipients.filter((address) => !isSimulator(address)).length;
    this.account.check(recipients.length, counted);
    if (rejects && recipients.some(rejects)) throw SAYS.rejected();
    this.account.spend(recipients.length, counted);
    this.taken += 1;
    return this.options.messageId(this.taken);
  }

  /** A request that arrives; it may be answered later. */
  receive(body: SendEmailBody): SesRequest {
    const request: SesRequest = {
      n: this.requests.length + 1,
      at: this.options.now(),
      to: recipientsOf(body),
      from: body.FromEmailAddress ?? '',
      configurationSet: body.ConfigurationSetName,
      tags: Object.fromEntries((body.EmailTags ?? []).map(({ Name, Value }) => [Name, Value])),
      accepted: false,
      answer: 'none',
    };
    this.requests.push(request);
    return request;
  }

  /** Decides on it. A fault loses or replaces the answer; SES takes the message nevertheless where the fault says so. */
  answer(request: SesRequest, body: SendEmailBody, known: Known, fault: Fault | undefined): Answer {
    const does = fault === undefined || fault.does === 'ok' ? undefined : fault.does;
    if (does === undefined || fault?.accepted) {
      try {
        this.accept(request, body, known);
      } catch (error) {
        if (!(error instanceof SesError)) throw error;
        request.answer = `${error.status} ${error.type}`;
        return { kind: 'error', error };
      }
    }
    if (does === undefined) {
      request.answer = '200';
      return { kind: 'taken', messageId: request.messageId! };
    }
    if (typeof does === 'object' && 'type' in does) {
      request.answer = `${does.status} ${does.type}`;
      return { kind: 'error', error: new SesError(does.status, does.type, does.message) };
    }
    request.answer = typeof does === 'object' ? `${does.proxy} of a proxy` : does;
    return { kind: 'broken', broken: does };
  }

  private accept(request: SesRequest, body: SendEmailBody, known: Known): void {
    request.messageId = this.take(body, known);
    request.accepted = true;
    request.at = this.options.now();
    if (this.options.keepContent === false) return;
    const simple = body.Content?.Simple;
    request.subject = simple?.Subject?.Data;
    request.html = simple?.Body?.Html?.Data;
    request.text = simple?.Body?.Text?.Data;
  }
}
