import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CREDENTIALS, REGION } from '../environment';
import { type Random, random } from '../random';
import type { Engagement } from './engagement';
import { type Happened, matchingType, type SentMessage, sesEvent } from './event';
import { simulated } from './simulator';

/** The events of accepted emails, and how they reach the tracking queue, to which EventBridge delivers them. */
export interface Publishing {
  readonly queueUrl: string;
  /** Events by prefix of the recipient's address; the first matching prefix applies. */
  readonly deliveries?: readonly { readonly prefix: string; readonly happens: readonly Happened[] }[];
  /** Events of all other recipients. @default send, delivery */
  readonly otherwise?: readonly Happened[];
  /** The number of deliveries of each event. @default 1 */
  readonly times?: number;
  /** The maximum delay of an event; events arrive in any order. @default 200 */
  readonly withinMilliseconds?: number;
  /** The share of events with an additional delay. @default none */
  readonly late?: { readonly share: number; readonly milliseconds: number };
  readonly seed?: number;
}

/** Milliseconds between the times of two events of an email, so that their order is known. */
const EVENT_GAP = 1000;
/** SQS's limit. */
const BATCH = 10;
const DELIVERY_INTERVAL = 50;

/** Publishes events as SES does and delivers them as EventBridge does: at least once, in any order. */
export class Publisher {
  private publishing?: Publishing;
  private next: Random = random(1);
  private waiting: { readonly at: number; readonly body: string; readonly queueUrl: string }[] = [];
  private emitted = 0;
  private sending?: Promise<void>;
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly now: () => number,
    /** Returns the event types that a configuration set publishes to EventBridge. */
    private readonly typesOf: (configurationSet: string) => Promise<ReadonlySet<string>>,
    /** Returns the queues to which the bus delivers an event. */
    private readonly queuesOf: (event: object) => Promise<readonly string[]>,
  ) {}

  set(publishing: Publishing | undefined): void {
    this.close();
    this.publishing = publishing;
    this.next = random(publishing?.seed ?? 1);
    this.emitted = 0;
  }

  /**
   * Publishes the events of an accepted email: opens and clicks only if SES tracks them. Events of SES's mailbox
   * simulator need no configuration and go through the bus.
   */
  async accepted(message: SentMessage, { opens, clicks }: Engagement): Promise<void> {
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
      const type = matchingType(happened);
      if (!types.has(type) || (type === 'OPEN' && !opens) || (type === 'CLICK' && !clicks)) continue;
      const event = sesEvent(message, happened, message.sentAt + at * EVENT_GAP);
      const body = JSON.stringify(event);
      const queues = simulation ? await this.queuesOf(event) : [queueUrl!];
      for (const queueUrl of Array.from({ length: times }, () => queues).flat()) {
        const isLate = late && this.next() < late.share;
        const after = this.next() * withinMilliseconds + (isLate ? late.milliseconds : 0);
        this.waiting.push({ at: this.now() + after, body, queueUrl });
      }
    }
    this.timer ??= setInterval(() => this.deliver(), DELIVERY_INTERVAL);
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
        // Either the emulator has stopped and the queue is gone, or a test's events are lost by a mistake.
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
