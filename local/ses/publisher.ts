import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CREDENTIALS, REGION } from '../environment';
import { type Random, random } from '../random';
import { type Happened, matchingType, type SentMessage, sesEvent } from './event';
import { simulated } from './simulator';

/** What becomes of messages, and how its events reach the tracking queue, where EventBridge would put them. */
export interface Publishing {
  readonly queueUrl: string;
  /** Of an address that begins so; the first that fits is taken. */
  readonly deliveries?: readonly { readonly prefix: string; readonly happens: readonly Happened[] }[];
  /** Of all others. @default send, delivery */
  readonly otherwise?: readonly Happened[];
  /** How often each event comes. @default 1 */
  readonly times?: number;
  /** Each event comes at any time within this, in any order. @default 200 */
  readonly withinMilliseconds?: number;
  /** The share of events that come this much later. @default none */
  readonly late?: { readonly share: number; readonly milliseconds: number };
  readonly seed?: number;
}

/** An event's own time: a second after another, so that first and later ones differ. */
const APART = 1000;
/** SQS's limit. */
const BATCH = 10;
const EVERY = 50;

/** SES's events, emitted as SES would and delivered as EventBridge would: at least once, in no order. */
export class Publisher {
  private publishing?: Publishing;
  private next: Random = random(1);
  private waiting: { readonly at: number; readonly body: string; readonly queueUrl: string }[] = [];
  private emitted = 0;
  private sending?: Promise<void>;
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly now: () => number,
    /** The types of events that a configuration set publishes to EventBridge. */
    private readonly typesOf: (configurationSet: string) => Promise<ReadonlySet<string>>,
    /** Where the bus brings an event to. */
    private readonly queuesOf: (event: object) => Promise<readonly string[]>,
  ) {}

  set(publishing: Publishing | undefined): void {
    this.close();
    this.publishing = publishing;
    this.next = random(publishing?.seed ?? 1);
    this.emitted = 0;
  }

  /** A message was accepted. What the simulator does to its mail is published unasked, and by the bus. */
  async accepted(message: SentMessage): Promise<void> {
    const { publishing } = this;
    const simulation = simulated(message.to);
    if (!publishing && !simulation) return;
    const {
      deliveries = [],
      otherwise = ['send', 'delivery'],
      times = 1,
      withinMilliseconds = 200,
      late,
      queueUrl,
    }: Partial<Publishing> = publishing ?? {};
    const types = await this.typesOf(message.configurationSet);
    const happens = simulation ?? deliveries.find(({ prefix }) => message.to.startsWith(prefix))?.happens ?? otherwise;
    for (const [at, happened] of happens.entries()) {
      if (!types.has(matchingType(happened))) continue;
      const event = sesEvent(message, happened, message.sentAt + at * APART);
      const body = JSON.stringify(event);
      const queues = simulation ? await this.queuesOf(event) : [queueUrl!];
      for (const queueUrl of Array.from({ length: times }, () => queues).flat()) {
        const isLate = late && this.next() < late.share;
        const after = this.next() * withinMilliseconds + (isLate ? late.milliseconds : 0);
        this.waiting.push({ at: this.now() + after, body, queueUrl });
      }
    }
    this.timer ??= setInterval(() => this.deliver(), EVERY);
  }

  get state(): { readonly emitted: number; readonly waiting: number } {
    return { emitted: this.emitted, waiting: this.waiting.length };
  }

  close(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.waiting = [];
  }

  private deliver(): void {
    this.sending ??= this.send()
      .catch((error: Error) => {
        // The queue is gone with the emulator, or it is a mistake that a test will miss events by.
        process.stderr.write(`MM908: an event could not be delivered: ${error.message}\n`);
      })
      .finally(() => {
        this.sending = undefined;
      });
  }

  private async send(): Promise<void> {
    const until = this.now();
    const due = this.waiting.filter(({ at }) => at <= until);
    if (due.length === 0) return;
    this.waiting = this.waiting.filter(({ at }) => at > until);
    for (const QueueUrl of new Set(due.map(({ queueUrl }) => queueUrl))) {
      const mine = due.filter(({ queueUrl }) => queueUrl === QueueUrl);
      const sqs = new SQSClient({ endpoint: new URL(QueueUrl).origin, region: REGION, credentials: CREDENTIALS });
      for (let at = 0; at < mine.length; at += BATCH) {
        const batch = mine.slice(at, at + BATCH);
        const Entries = batch.map(({ body }, id) => ({ Id: String(id), MessageBody: body }));
        await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
        this.emitted += batch.length;
      }
      sqs.destroy();
    }
  }
}
