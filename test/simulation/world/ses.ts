import type { Mail, Ses } from '../../../lambda-src/domain/ports';
import { TIMING } from '../../../lambda-src/domain/rate/timing';
import { sendResultOf } from '../../../lambda-src/domain/sending/send-result';
import { pick } from '../../../local/random';
import { SAYS, type SesError } from '../../../local/ses/answers';
import { type Known, SesService } from '../../../local/ses/service';
import { TAGS } from '../../../src/private/contract';
import { accountOf, take } from '../../support/memory-ses';
import { brokenAnswer, sesAnswer, thrownFor } from '../../support/ses-answer';
import type { Sandbox } from '../lives/scenario';
import { type RunName, runName } from './names';
import { ask } from './network';
import type { Process, World } from './world';

/** A message that SES took. */
export interface Message {
  readonly id: string;
  readonly pk: string;
  readonly sk: string;
  /** The configuration set that it names: its mailer's. */
  readonly mailer: string;
  readonly campaign: string;
  readonly run: RunName;
  readonly subject: string;
  readonly claimId: string;
  readonly to: string;
}

/** Errors as the SDK throws them where no answer came. */
const failure = (name: string, message: string, code?: string): Error =>
  Object.assign(new Error(message), { name, code, $metadata: {} });

const UNREACHABLE = () => failure('Error', 'connect ECONNREFUSED 10.0.0.1:443', 'ECONNREFUSED');
const UNCLEAR = [
  () => brokenAnswer('reset'),
  () => failure('Error', 'write EPIPE', 'EPIPE'),
  () => thrownFor(SAYS.internal()),
  () => thrownFor(SAYS.unavailable()),
  () => brokenAnswer('garbage'),
];

/** Of something on the way, which may have passed the request on. */
const FOREIGN = [
  () => brokenAnswer({ proxy: 429 }),
  () => brokenAnswer({ proxy: 403 }),
  () => brokenAnswer({ proxy: 400 }),
  () => sesAnswer('RequestTimeoutException', 408, 'Request timed out'),
];

const PRODUCTION = { maxPerSecond: 500, max24Hours: 50_000, productionAccess: true };

/** The sender's identity. */
export const SENDER = 'sender.example';

export const tagOf = (mail: Mail, name: string): string => mail.tags.find((one) => one.name === name)!.value;

/** SES: takes a message or does not, and what it answers may not arrive. */
export class SimulatedSes {
  readonly accepted: Message[] = [];
  /** Claims of which SES said no to the message itself. */
  readonly refused = new Set<string>();
  readonly service: SesService;
  /** No request is taken, and each is answered with 503. */
  out = false;
  /** Requests that met it so. */
  met = 0;
  /** Answers that SES did not write. */
  foreign = 0;
  /** While the account is in it. */
  private sandbox?: Sandbox;
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
  ) {
    const messageId = (count: number) => `message-${count}`;
    this.service = new SesService({ now: () => world.now, messageId });
    // How fast mail leaves is for the judge of rates; SES throttles by chance.
    this.service.account.set({ ...PRODUCTION, burstSeconds: Number.POSITIVE_INFINITY });
  }

  enterSandbox(sandbox: Sandbox): void {
    this.sandbox = sandbox;
    this.service.account.set({ maxPerSecond: 1, max24Hours: sandbox.max24Hours, productionAccess: false });
  }

  leaveSandbox(): void {
    this.sandbox = undefined;
    this.service.account.set(PRODUCTION);
  }

  port(process: Process): Ses {
    return {
      send: (mail) => this.send(mail, process),
      resultOf: sendResultOf,
      account: () => ask(process, () => accountOf(this.service.account)),
      identityVerified: (identity) => ask(process, () => this.isVerified(identity)),
    };
  }

  /** In the sandbox a recipient's address is an identity of its own; there is none of their domain. */
  private isVerified(identity: string): boolean | undefined {
    if (identity === SENDER) return true;
    return identity.includes('@') ? !this.sandbox?.unverified.has(identity) : undefined;
  }

  private readonly known: Known = {
    isVerified: (identity) => this.isVerified(identity) === true,
    hasConfigurationSet: true,
  };

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
        world.after(TIMING.request, () => fail(brokenAnswer('hang')));
        return;
      }
      world.after(world.soon(), () => {
        // A request of a process that died may or may not have left it.
        if (process.dead && world.chance(0.5)) return;
        if (this.out) {
          this.met++;
          return fail(thrownFor(SAYS.unavailable()));
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

  /** An email to an approver. */
  takeReview(mail: Mail): string {
    return take(this.service, mail, this.known);
  }

  /** The moment at which SES decides. */
  private arrive(mail: Mail, process: Process, made: number): Message | Error {
    const { world } = this;
    const tag = (name: string) => tagOf(mail, name);
    const claimId = tag(TAGS.claim);
    let id: string;
    try {
      id = this.taken(mail, claimId, made);
    } catch (error) {
      world.tell(() => `SES refuses ${mail.to} of ${process.name}: ${(error as Error).name}`);
      return error as Error;
    }
    const message: Message = {
      id,
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

  /** The message's id; throws what the SDK throws where SES does not take it. */
  private taken(mail: Mail, claimId: string, made: number): string {
    if (this.world.now > made + this.patience) throw brokenAnswer('hang');
    const fault = this.fault();
    if (fault) throw thrownFor(fault);
    return take(this.service, mail, {
      ...this.known,
      rejects: (address) => {
        const rejected = this.bad.has(address) || this.world.chance(this.world.faults.ses.refused);
        if (rejected) this.refused.add(claimId);
        return rejected;
      },
    });
  }

  /** What keeps SES from taking any message now. */
  private fault(): SesError | undefined {
    const { world } = this;
    const { ses } = world.faults;
    if (world.chance(ses.quota)) this.quotaUntil = world.now + 10 * world.late();
    if (world.chance(ses.forbidden)) this.forbiddenUntil = world.now + world.late();
    if (world.now < this.forbiddenUntil) return SAYS.forbidden();
    if (world.now < this.quotaUntil) return SAYS.quotaSpent();
    return world.chance(ses.throttled) ? SAYS.throttled() : undefined;
  }

  /** The end of all that keeps it from accepting good messages. */
  recover(): void {
    this.quotaUntil = 0;
    this.forbiddenUntil = 0;
    this.out = false;
  }
}
