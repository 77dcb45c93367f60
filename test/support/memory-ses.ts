import { sendEmailInput } from '../../lambda-src/aws/send-email-input';
import type { Account, Mail, Ses } from '../../lambda-src/domain/ports';
import { sendResultOf } from '../../lambda-src/domain/sending/send-result';
import type { SesAccount } from '../../local/ses/account';
import { SesError } from '../../local/ses/answers';
import type { SendEmailBody } from '../../local/ses/mail';
import { type Known, SesService } from '../../local/ses/service';
import { TAGS } from '../../src/private/contract';
import { thrownFor } from './ses-answer';

export const PRODUCTION: Account = {
  maxPerSecond: 14,
  max24Hours: 50_000,
  sentLast24Hours: 0,
  productionAccess: true,
  sendingEnabled: true,
};

/** An email as it is in the body of its request. */
export function bodyOf(mail: Mail): SendEmailBody {
  const input = sendEmailInput(mail) as SendEmailBody;
  const content = mail.attachments?.map((one) => Buffer.from(one.content).toString('base64'));
  if (!content) return input;
  const simple = input.Content!.Simple!;
  const Attachments = simple.Attachments!.map((one, at) => ({ ...one, RawContent: content[at] }));
  return { ...input, Content: { Simple: { ...simple, Attachments } } };
}

/** What GetAccount says of an account, as the port has it. */
export function accountOf({ settings, sentLast24Hours }: SesAccount): Account {
  const { maxPerSecond, max24Hours, productionAccess, sendingEnabled } = settings;
  return { maxPerSecond, max24Hours, sentLast24Hours, productionAccess, sendingEnabled };
}

/** Takes a message as SES does; throws what the SDK throws where it does not. */
export function take(service: SesService, mail: Mail, known: Known): string {
  try {
    return service.take(bodyOf(mail), known);
  } catch (error) {
    throw error instanceof SesError ? thrownFor(error) : error;
  }
}

interface Script {
  /** Instead of SES's own answer to a request, counted from 1: an error to throw. */
  readonly answers?: (mail: Mail, request: number) => Error | undefined;
  /** With a clock SES enforces the rate and the quota. */
  readonly now?: () => number;
}

export interface Accepted {
  readonly to: string;
  readonly at: number;
  readonly claim: string;
  readonly messageId: string;
}

export interface MemorySes extends Ses {
  /** Identities that were asked for. */
  readonly asked: string[];
  /** Every request to send. */
  readonly requests: Mail[];
  readonly accepted: Accepted[];
  /** The account's tenants, by name. */
  readonly tenants: SesService['tenants'];
}

/** SES in memory; `identities` says of each that exists whether it is verified. */
export function memorySes(
  account: Partial<Account> = {},
  identities: Record<string, boolean> = { 'example.com': true },
  { answers = () => undefined, now }: Script = {},
): MemorySes {
  const asked: string[] = [];
  const requests: Mail[] = [];
  const accepted: Accepted[] = [];
  const time = now ?? (() => 0);
  const service = new SesService({ now: time, messageId: () => `message-${requests.length}` });
  const { enforcement: _, plan: __, ...settings } = { ...PRODUCTION, ...account };
  service.account.set({ ...settings, enforce: now !== undefined });
  const known = { isVerified: (identity: string) => identities[identity] === true, hasConfigurationSet: true };
  return {
    asked,
    requests,
    accepted,
    tenants: service.tenants,
    send: async (mail) => {
      requests.push(mail);
      const error = answers(mail, requests.length);
      if (error) throw error;
      const messageId = take(service, mail, known);
      const claim = mail.tags.find(({ name }) => name === TAGS.claim)?.value ?? '';
      accepted.push({ to: mail.to, at: time(), claim, messageId });
      return { messageId };
    },
    resultOf: sendResultOf,
    account: async () => ({ ...account, ...accountOf(service.account) }),
    identityVerified: async (identity) => {
      asked.push(identity);
      return identities[identity];
    },
  };
}
