import { domainOf } from '../../../domain/address/address';
import {
  detailsOf,
  type EmailEvent,
  isReported,
  publicName,
  type TrackedRecord,
  timeOf,
} from '../../../domain/events/email-events';
import { statusIn } from '../../../domain/events/ses-detail';
import { TIMING } from '../../../domain/rate/timing';
import { redactForNotice } from '../../../domain/text/notice-text';
import { type Timeline, TimelineCounter } from './timeline';
import { TopCounter } from './top-counter';

/** Why emails bounced: SES's bounce subtype and the receiving server's status code (RFC 3463), if it gave one. */
export interface BounceReason {
  readonly event: string;
  readonly kind: string;
  readonly status?: string;
  readonly messages: number;
}

/** The number of emails to one receiving domain, and how many of them have each email event. */
export interface DomainCounts {
  readonly messages: number;
  readonly [emailEvent: string]: number;
}

/** Delivery statistics of a run over time, by reason and by domain. Their size does not grow with the list. */
export interface Breakdown {
  /** When SES accepted the emails, to within ten seconds. */
  readonly sending?: Timeline;
  /** When the emails' events happened, by SES's clock. */
  readonly events?: Timeline;
  /** The most frequent reasons; with `others` they add up to the emails that came back. */
  readonly bounces?: { readonly top: readonly BounceReason[]; readonly others: number };
  /** The receiving servers' most frequent texts, without addresses and numbers. Rare texts could identify a person. */
  readonly words?: readonly { readonly said: string; readonly messages: number }[];
  /**
   * The receiving domains with several recipients; with `others` they add up to all emails. `missed`: the maximum by
   * which a domain's count is too low.
   */
  readonly domains?: {
    readonly top: readonly { readonly domain: string; readonly counts: DomainCounts }[];
    readonly others: DomainCounts;
    readonly missed?: number;
  };
}

const BACK = ['bounced', 'blocked', 'softBounced', 'suppressedBySes'] as const satisfies readonly EmailEvent[];
/** The email events that a report counts over time and by domain. */
const EVENTS = ['delivered', ...BACK, 'complained', 'opened', 'clicked'] as const satisfies readonly EmailEvent[];
const NAMES = EVENTS.map(publicName);

/** The minimum number of emails for a domain or text to be named: fewer could identify a person. */
export const FEW = 5;
const MOST_DOMAINS = 12;
const MOST_REASONS = 15;
const MOST_WORDS = 5;
/** The maximum number of entries in memory. A domain that is dropped is not among the twelve most frequent. */
const CAPACITY = { domains: 20_000, reasons: 1000, words: 2000 } as const;

/** Counts the delivery statistics of a run, one email at a time. */
export class BreakdownCounter {
  private readonly sending: TimelineCounter;
  private readonly events: TimelineCounter;
  private readonly domains = new TopCounter(EVENTS.length + 1, CAPACITY.domains);
  private readonly reasons = new TopCounter(1, CAPACITY.reasons);
  private readonly words = new TopCounter(1, CAPACITY.words);
  private readonly totals = new Array<number>(EVENTS.length + 1).fill(0);

  constructor(from: number, until: number) {
    this.sending = new TimelineCounter(['sent'], from, until);
    this.events = new TimelineCounter(NAMES, from, until);
  }

  /** Counts an email that SES accepted, by its record. */
  add(to: string, record: TrackedRecord | undefined): void {
    const { totals } = this;
    const domain = this.domains.of(domainOf(to));
    domain[0]! += 1;
    totals[0]! += 1;
    if (!record) return;
    // Without the accept time, the start of the claim is at most ten seconds off.
    const claimed = record.deadline - TIMING.request - TIMING.sendWithin;
    this.sending.add(0, record.acceptedAt === undefined ? claimed : Date.parse(record.acceptedAt));
    EVENTS.forEach((emailEvent, at) => {
      if (!isReported(record, emailEvent)) return;
      this.events.add(at, Date.parse(record[timeOf(emailEvent)]!));
      domain[at + 1]! += 1;
      totals[at + 1]! += 1;
    });
    for (const emailEvent of BACK) if (isReported(record, emailEvent)) this.countReturned(emailEvent, record);
  }

  get result(): Breakdown {
    return {
      sending: this.sending.result,
      events: this.events.result,
      ...this.bounceResult(),
      domains: this.domainResult(),
    };
  }

  private countReturned(emailEvent: (typeof BACK)[number], record: TrackedRecord): void {
    const [first, said] = detailsOf(record, emailEvent);
    const [kind, status] = emailEvent === 'blocked' ? ['', first] : [first, statusIn(said)];
    this.reasons.of([publicName(emailEvent), kind ?? '', status ?? ''].join('\n'))[0]! += 1;
    if (said) this.words.of(withoutDetails(said))[0]! += 1;
  }

  private bounceResult(): Pick<Breakdown, 'bounces' | 'words'> {
    const all = BACK.reduce((sum, emailEvent) => sum + this.totals[EVENTS.indexOf(emailEvent) + 1]!, 0);
    if (all === 0) return {};
    const top = this.reasons.all.slice(0, MOST_REASONS).map(([name, [messages = 0]]): BounceReason => {
      const [emailEvent = '', kind = '', status = ''] = name.split('\n');
      return { event: emailEvent, kind, ...(status ? { status } : {}), messages };
    });
    const words = this.words.all
      .filter(([, [messages = 0]]) => messages >= FEW)
      .slice(0, MOST_WORDS)
      .map(([said, [messages = 0]]) => ({ said, messages }));
    const others = all - top.reduce((sum, { messages }) => sum + messages, 0);
    return { bounces: { top, others }, ...(words.length > 0 ? { words } : {}) };
  }

  private domainResult(): Breakdown['domains'] {
    if (this.totals[0] === 0) return undefined;
    const known = this.domains.all.filter(([, [messages = 0]]) => messages >= FEW);
    const back = (counts: readonly number[]) =>
      BACK.reduce((sum, emailEvent) => sum + counts[EVENTS.indexOf(emailEvent) + 1]!, 0);
    // Show the domains with the most emails, and those with the most bounces.
    const worst = [...known].sort(([, a], [, b]) => back(b) - back(a)).filter(([, counts]) => back(counts) > 0);
    const shown = new Set([...known.slice(0, MOST_DOMAINS), ...worst.slice(0, MOST_DOMAINS / 2)]);
    const top = known.filter((one) => shown.has(one));
    const others = this.totals.map((sum, at) => sum - top.reduce((of, [, counts]) => of + counts[at]!, 0));
    return {
      top: top.map(([domain, counts]) => ({ domain, counts: toDomainCounts(counts) })),
      others: toDomainCounts(others),
      ...(this.domains.missed > 0 ? { missed: this.domains.missed } : {}),
    };
  }
}

const toDomainCounts = ([messages = 0, ...events]: readonly number[]): DomainCounts => ({
  messages,
  ...Object.fromEntries(NAMES.map((name, at) => [name, events[at] ?? 0]).filter(([, count]) => count !== 0)),
});

/** Removes addresses and details of single messages from a server's error text. */
const withoutDetails = (said: string): string =>
  redactForNotice(said)
    .replace(/\b(?=\w*\d)[\w-]{8,}\b/g, '…')
    .replace(/\s+/g, ' ')
    .trim();
