import type { Account, Mail, Ses } from '../../../lambda-src/domain/ports';
import { TIMING } from '../../../lambda-src/domain/rate/timing';
import { pick } from '../../../local/random';
import { TAGS } from '../../../src/private/contract';
import { foreignAnswer, htmlAnswer, sesAnswer } from '../../support/ses-answer';
import type { Sandbox } from '../lives/scenario';
import { type RunName, runName } from './names';
import { ask } from './network';
import type { Process, World } from './world';

/** A message that SES took. */
export interface Message {
  readonly id: string;
  readonly pk: string;
  readonly sk: string;
  /** Whose configuration set it names. */
  readonly mailer: string;
  readonly campaign: string;
  readonly run: RunName;
  readonly subject: string;
  readonly claimId: string;
  readonly to: string;
}

export const ACCOUNT: Account = {
  maxPerSecond: 500,
  max24Hours: 50_000,
  sentLast24Hours: 0,
  productionAccess: true,
  sendingEnabled: true,
};

/** Errors as the SDK throws them: of an answer that SES wrote, and where no answer came. */
const answered = (name: string, message: string, status: number): Error => sesAnswer(name, status, message);
const failure = (name: string, message: string, code?: string): Error =>
  Object.assign(new Error(message), { name, code, $metadata: {} });

const THROTTLED = () => answered('TooManyRequestsException', 'Maximum sending rate exceeded.', 429);
const QUOTA = () => answered('LimitExceededException', 'Daily message quota exceeded.', 400);
const REFUSED = () => answered('MessageRejected', 'Email address is on the suppression list', 400);
const FORBIDDEN = () => answered('AccessDeniedException', 'User is not authorized to perform ses:SendEmail', 403);
const UNREACHABLE = () => failure('Error', 'connect ECONNREFUSED 10.0.0.1:443', 'ECONNREFUSED');
const TIMED_OUT = () => failure('TimeoutError', 'Request timed out');
const UNCLEAR = [
  () => failure('Error', 'socket hang up', 'ECONNRESET'),
  () => failure('Error', 'write EPIPE', 'EPIPE'),
  () => answered('InternalFailure', 'UnknownError', 500),
  () => answered('ServiceUnavailable', 'UnknownError', 503),
  () => foreignAnswer('SyntaxError', 200, { unread: true, contentType: 'application/json' }),
];

/** Of something on the way, which may have passed the request on. */
const FOREIGN = [
  () => htmlAnswer(429),
  () => htmlAnswer(403),
  () => htmlAnswer(400),
  () => answered('RequestTimeoutException', 'Request timed out', 408),
];

const NOT_VERIFIED = () => answered('MessageRejected', 'Email address is not verified.', 400);

/** The sender's identity. */
export const SENDER = 'sender.example';

export const tagOf = (mail: Mail, name: string): string => mail.tags.find((one) => one.name === name)!.value;

/** SES: takes a message or does not, and what it answers may not arrive. */
export class SimulatedSes {
  readonly accepted: Message[] = [];
  /** Claims of which SES said no to the message itself. */
  readonly refused = new Set<string>();
  /** While the account is in it. */
  sandbox?: Sandbox;
  limits = ACCOUNT;
  /** No request is taken, and each is answered with 503. */
  out = false;
  /** Requests that met it so. */
  met = 0;
  /** Answers that SES did not write. */
  foreign = 0;
  private quotaUntil = 0;
  private forbiddenUntil = 0;

  constructor(
    private readonly world: World,
    /** Addresses that it refuses for good. */
    private readonly bad: ReadonlySet<string>,
    /** How long after it was made a request may be accepted; a later one is lost. */
    private readonly patience: number,
    private readonly onAccept: (message: Message) => void,
    /** A request leaves, for this address. */
    private readonly onRequest: (pk: string, mailer: string) => void,
  ) {}

  port(process: Process): Ses {
    return {
      send: (mail) => this.send(mail, process),
      account: () => ask(process, () => this.account()),
      identityVerified: (identity) => ask(process, () => this.isVerified(identity)),
    };
  }

  private account(): Account {
    const account = { ...this.limits, sentLast24Hours: this.accepted.length };
    if (!this.sandbox) return account;
    return { ...account, maxPerSecond: 1, max24Hours: this.sandbox.max24Hours, productionAccess: false };
  }

  /** In the sandbox a recipient's address is an identity of its own; there is none of their domain. */
  private isVerified(identity: string): boolean | undefined {
    if (identity === SENDER) return true;
    return identity.includes('@') ? !this.sandbox?.unverified.has(identity) : undefined;
  }

  private send(mail: Mail, process: Process): Promise<{ messageId: string }> {
    const { world } = this;
    const { ses } = world.faults;
    const made = world.now;
    this.onRequest(tagOf(mail, TAGS.recipient), mail.configurationSet!);
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => process.deliver(() => reject(error));
      if (world.chance(ses.unreachable)) {
        world.after(world.soon(), () => fail(UNREACHABLE()));
        return;
      }
      if (world.chance(ses.adrift)) {
        if (world.chance(0.7)) world.after(world.late(), () => void this.arrive(mail, process, made));
        world.after(TIMING.request, () => fail(TIMED_OUT()));
        return;
      }
      world.after(world.soon(), () => {
        // Of a process that died nobody knows whether its request had left it.
        if (process.dead && world.chance(0.5)) return;
        if (this.out) {
          this.met++;
          return fail(answered('ServiceUnavailable', 'UnknownError', 503));
        }
        const answer = this.arrive(mail, process, made);
        const back = () => {
          if (world.chance(ses.unanswered)) fail(UNCLEAR[world.between(0, UNCLEAR.length)]!());
          else if (world.chance(ses.foreign)) {
            this.foreign++;
            fail(pick(FOREIGN, world.random)());
          } else if (answer instanceof Error) fail(answer);
          else process.deliver(() => resolve({ messageId: answer.id }));
        };
        if (world.chance(0.2)) world.after(world.soon(), back);
        else back();
      });
    });
  }

  /** The moment at which SES decides. */
  private arrive(mail: Mail, process: Process, made: number): Message | Error {
    const { world } = this;
    const tag = (name: string) => tagOf(mail, name);
    const claimId = tag(TAGS.claim);
    const error = this.objection(mail, claimId, made);
    if (error) {
      world.tell(() => `SES refuses ${mail.to} of ${process.name}: ${error.name}`);
      return error;
    }
    const message: Message = {
      id: `message-${this.accepted.length + 1}`,
      pk: tag(TAGS.recipient),
      sk: tag(TAGS.campaign),
      mailer: mail.configurationSet!,
      campaign: process.campaign,
      run: runName(process.campaign, Number(tag(TAGS.run))),
      subject: mail.subject,
      claimId,
      to: mail.to,
    };
    world.tell(() => `SES accepts ${mail.to} of ${process.name} as ${message.id}, claim ${claimId}`);
    this.accepted.push(message);
    this.onAccept(message);
    return message;
  }

  private objection(mail: Mail, claimId: string, made: number): Error | undefined {
    const { world } = this;
    const { ses } = world.faults;
    if (world.now > made + this.patience) return TIMED_OUT();
    if (world.chance(ses.quota)) this.quotaUntil = world.now + 10 * world.late();
    if (world.chance(ses.forbidden)) this.forbiddenUntil = world.now + world.late();
    if (world.now < this.forbiddenUntil) return FORBIDDEN();
    if (world.now < this.quotaUntil || this.accepted.length >= this.limits.max24Hours) return QUOTA();
    if (world.chance(ses.throttled)) return THROTTLED();
    if (this.sandbox?.unverified.has(mail.to)) return NOT_VERIFIED();
    if (this.bad.has(mail.to) || world.chance(ses.refused)) {
      this.refused.add(claimId);
      return REFUSED();
    }
    return undefined;
  }

  /** The end of all that keeps it from accepting good messages. */
  recover(): void {
    this.quotaUntil = 0;
    this.forbiddenUntil = 0;
    this.out = false;
  }
}
