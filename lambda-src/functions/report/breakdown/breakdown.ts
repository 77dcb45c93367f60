import { foldAddress } from '../../../domain/address/address';
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

/** Why mail came back: SES's subtype, and the status that the receiving server gave (RFC 3463), where it did. */
export interface BounceReason {
  readonly event: string;
  readonly kind: string;
  readonly status?: string;
  readonly messages: number;
}

/** Messages to receivers of one domain, and of how many of them each fact is known. */
export interface DomainCounts {
  readonly messages: number;
  readonly [emailEvent: string]: number;
}

/** What became of a run's messages, more closely. Bounded, however long the list is. */
export interface Breakdown {
  /** `sent`: when SES took them, to within ten seconds. */
  readonly sending?: Timeline;
  /** When what became of them did, by SES's clock. */
  readonly events?: Timeline;
  /** The most frequent reasons; they and `others` add up to the messages that came back. */
  readonly bounces?: { readonly top: readonly BounceReason[]; readonly others: number };
  /** What receiving servers said, without addresses and numbers: only what came often enough to be about nobody. */
  readonly words?: readonly { readonly said: string; readonly messages: number }[];
  /** Receiving domains of several people; they and `others` add up to the messages. `missed`: a count may be so much too low. */
  readonly domains?: {
    readonly top: readonly { readonly domain: string; readonly counts: DomainCounts }[];
    readonly others: DomainCounts;
    readonly missed?: number;
  };
}

const BACK = ['bounced', 'blocked', 'softBounced', 'suppressedBySes'] as const satisfies readonly EmailEvent[];
/** Of which a report shows when they happened. */
const EVENTS = ['delivered', ...BACK, 'complained', 'opened', 'clicked'] as const satisfies readonly EmailEvent[];
const NAMES = EVENTS.map(publicName);

/** Fewer recipients than this might be one person, whom a domain would name. */
export const FEW = 5;
const MOST_DOMAINS = 12;
const MOST_REASONS = 15;
const MOST_WORDS = 5;
/** Entries kept in memory. A domain beyond them is not among the first twelve. */
const CAPACITY = { domains: 20_000, reasons: 1000, words: 2000 } as const;

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

  /** A message that SES took, and its record. */
  add(to: string, record: TrackedRecord | undefined): void {
    const { totals } = this;
    const domain = this.domains.of(domainOf(to));
    domain[0]! += 1;
    totals[0]! += 1;
    if (!record) return;
    // Its claim was for ten seconds.
    const claimed = record.deadline - TIMING.request - TIMING.sendWithin;
    this.sending.add(0, record.acceptedAt === undefined ? claimed : Date.parse(record.acceptedAt));
    EVENTS.forEach((emailEvent, at) => {
      if (!isReported(record, emailEvent)) return;
      this.events.add(at, Date.parse(record[timeOf(emailEvent)]!));
      domain[at + 1]! += 1;
      totals[at + 1]! += 1;
    });
    for (const emailEvent of BACK) if (isReported(record, emailEvent)) this.cameBack(emailEvent, record);
  }

  get result(): Breakdown {
    return {
      sending: this.sending.result,
      events: this.events.result,
      ...this.backAs(),
      domains: this.domainsAs(),
    };
  }

  private cameBack(emailEvent: (typeof BACK)[number], record: TrackedRecord): void {
    const [first, said] = detailsOf(record, emailEvent);
    const [kind, status] = emailEvent === 'blocked' ? ['', first] : [first, statusIn(said)];
    this.reasons.of([publicName(emailEvent), kind ?? '', status ?? ''].join('\n'))[0]! += 1;
    if (said) this.words.of(nobodys(said))[0]! += 1;
  }

  private backAs(): Pick<Breakdown, 'bounces' | 'words'> {
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

  private domainsAs(): Breakdown['domains'] {
    if (this.totals[0] === 0) return undefined;
    const known = this.domains.all.filter(([, [messages = 0]]) => messages >= FEW);
    const back = (counts: readonly number[]) =>
      BACK.reduce((sum, emailEvent) => sum + counts[EVENTS.indexOf(emailEvent) + 1]!, 0);
    // Domains with most email, and those with most bounces.
    const worst = [...known].sort(([, a], [, b]) => back(b) - back(a)).filter(([, counts]) => back(counts) > 0);
    const shown = new Set([...known.slice(0, MOST_DOMAINS), ...worst.slice(0, MOST_DOMAINS / 2)]);
    const top = known.filter((one) => shown.has(one));
    const others = this.totals.map((sum, at) => sum - top.reduce((of, [, counts]) => of + counts[at]!, 0));
    return {
      top: top.map(([domain, counts]) => ({ domain, counts: named(counts) })),
      others: named(others),
      ...(this.domains.missed > 0 ? { missed: this.domains.missed } : {}),
    };
  }
}

const domainOf = (to: string): string => {
  const folded = foldAddress(to);
  return folded.slice(folded.lastIndexOf('@') + 1);
};

const named = ([messages = 0, ...events]: readonly number[]): DomainCounts => ({
  messages,
  ...Object.fromEntries(NAMES.map((name, at) => [name, events[at] ?? 0]).filter(([, count]) => count !== 0)),
});

/** A server's words without addresses and without details of one message. */
const nobodys = (said: string): string =>
  redactForNotice(said)
    .replace(/\b(?=\w*\d)[\w-]{8,}\b/g, '…')
    .replace(/\s+/g, ' ')
    .trim();
