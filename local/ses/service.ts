import { type AccountSettings, SesAccount } from './account';
import { type Broken, SAYS, SesError } from './answers';
import type { Fault } from './faults';
import { bareAddress, checkMail, recipientsOf, type SendEmailBody } from './mail';
import type { SesRequest } from './request';
import { isSimulator } from './simulator';

/** An SES tenant. */
export interface SesTenant {
  readonly name: string;
  readonly sending: 'ENABLED' | 'DISABLED';
  /** The identities and configuration sets that are associated with it. */
  readonly resources: readonly string[];
}

/** The state of SES besides the account. */
export interface Known {
  readonly isVerified: (identity: string) => boolean;
  /** Whether the request's configuration set exists. */
  readonly hasConfigurationSet: boolean;
  /** Whether SES rejects an email to this recipient. */
  readonly rejects?: (address: string) => boolean;
}

/** The result of a send request. */
export type Answer =
  | { readonly kind: 'taken'; readonly messageId: string }
  | { readonly kind: 'error'; readonly error: SesError }
  | { readonly kind: 'broken'; readonly broken: Broken };

export interface SesOptions {
  readonly now: () => number;
  /** Returns a message id, from the number of emails accepted before. */
  readonly messageId: (count: number) => string;
  /** Whether to keep subjects and bodies of requests. @default true */
  readonly keepContent?: boolean;
}

/**
 * Decides whether SES accepts a send request. The only such decision in the repository: the endpoint and the benches
 * call it by HTTP, the simulation and unit tests in their own process.
 */
export class SesService {
  readonly account: SesAccount;
  requests: SesRequest[] = [];
  /** The account's tenants, by name. */
  readonly tenants = new Map<string, SesTenant>();
  private taken = 0;

  constructor(private readonly options: SesOptions) {
    this.account = new SesAccount(options.now);
  }

  reset(account: Partial<AccountSettings> = {}): void {
    this.requests = [];
    this.tenants.clear();
    this.account.reset();
    this.account.set(account);
  }

  /**
   * Returns the identities that must be verified: the sender's, and in the sandbox the recipients' too, except for the
   * simulator's.
   */
  partiesOf(body: SendEmailBody): readonly string[] {
    const people = this.account.settings.productionAccess ? [] : recipientsOf(body).map(bareAddress);
    return [bareAddress(body.FromEmailAddress ?? ''), ...people.filter((address) => !isSimulator(address))];
  }

  /** Returns the message id. Throws a SesError if SES refuses the email. */
  take(body: SendEmailBody, { isVerified, hasConfigurationSet, rejects }: Known): string {
    checkMail(body);
    for (const party of this.partiesOf(body)) {
      const domain = party.slice(party.lastIndexOf('@') + 1);
      if (!isVerified(party) && !isVerified(domain)) throw SAYS.notVerified(party);
    }
    const { ConfigurationSetName: set } = body;
    if (set && !hasConfigurationSet) throw SAYS.noConfigurationSet(set);
    this.checkTenant(body);
    const recipients = recipientsOf(body).map(bareAddress);
    const counted = recipients.filter((address) => !isSimulator(address)).length;
    this.account.check(recipients.length, counted);
    if (rejects && recipients.some(rejects)) throw SAYS.rejected();
    this.account.spend(recipients.length, counted);
    this.taken += 1;
    return this.options.messageId(this.taken);
  }

  /** Throws if the tenant is unknown or paused, or the sender or the configuration set is not associated with it. */
  private checkTenant({ TenantName: name, FromEmailAddress = '', ConfigurationSetName: set }: SendEmailBody): void {
    if (name === undefined) return;
    const tenant = this.tenants.get(name);
    if (!tenant) throw SAYS.noTenant(name);
    const address = bareAddress(FromEmailAddress);
    const identities = [address, address.slice(address.lastIndexOf('@') + 1)];
    if (!identities.some((identity) => tenant.resources.includes(identity))) throw SAYS.notAssociated(address, name);
    if (set !== undefined && !tenant.resources.includes(set)) throw SAYS.notAssociated(set, name);
    if (tenant.sending === 'DISABLED') throw SAYS.tenantPaused(name);
  }

  /** Records a request, which may be answered later. */
  receive(body: SendEmailBody): SesRequest {
    const request: SesRequest = {
      n: this.requests.length + 1,
      at: this.options.now(),
      to: recipientsOf(body),
      from: body.FromEmailAddress ?? '',
      configurationSet: body.ConfigurationSetName,
      ...(body.TenantName === undefined ? {} : { tenant: body.TenantName }),
      tags: Object.fromEntries((body.EmailTags ?? []).map(({ Name, Value }) => [Name, Value])),
      accepted: false,
      answer: 'none',
    };
    this.requests.push(request);
    return request;
  }

  /** Answers a request. A fault loses or replaces the response; the fault says whether SES accepts the email anyway. */
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
