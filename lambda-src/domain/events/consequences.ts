import { detailsOf, EMAIL_EVENTS, type EmailEvent, isAutomaticReply, type TrackedRecord, timeOf } from './email-events';
import { type AddressWord, SES_CASES, type SesCase } from './ses-cases';

/** The part of a record that SES's events have written. */
export type EventsOfMessage = Partial<TrackedRecord>;

/** An event of SES as the record keeps it. */
export interface ReportedEvent {
  readonly emailEvent: EmailEvent;
  /** ISO time, by SES's clock. */
  readonly at: string;
  /** Attributes beside the time. */
  readonly details?: { readonly [attribute: string]: string | undefined };
}

/** A case of the table, and where it stands: the smaller, the graver. */
interface Ranked extends SesCase {
  readonly rank: number;
}

/** By email event, the case of each kind; that of kinds which no case names is under `undefined`. */
const BY_EVENT = new Map<EmailEvent, Map<string | undefined, Ranked>>();
for (const [rank, row] of SES_CASES.entries()) {
  const kinds = BY_EVENT.get(row.emailEvent) ?? new Map<string | undefined, Ranked>();
  BY_EVENT.set(row.emailEvent, kinds);
  for (const kind of kindsOf(row)) if (!kinds.has(kind)) kinds.set(kind, { ...row, rank });
}

/** The kinds on a record by which a case is known. */
function kindsOf({ emailEvent, kind, subtypes, feedback }: SesCase): readonly (string | undefined)[] {
  if (kind !== undefined) return [kind];
  if (feedback) return feedback;
  return (emailEvent !== 'blocked' && subtypes) || [undefined];
}

/** The case of an email event on a record; undefined where the table has none, because nothing follows. */
function caseOn(events: EventsOfMessage, emailEvent: EmailEvent): Ranked | undefined {
  const kinds = events[timeOf(emailEvent)] === undefined ? undefined : BY_EVENT.get(emailEvent);
  if (!kinds) return undefined;
  const [kind = 'none'] = detailsOf(events, emailEvent);
  return kinds.get(kind) ?? kinds.get(undefined);
}

/**
 * Whether an event says more than the record has of its kind: nothing yet, a graver case, or an earlier time by SES's
 * clock. A total order, so that the record ends alike in whatever order events come.
 */
export function saysMore(record: EventsOfMessage, { emailEvent, at, details = {} }: ReportedEvent): boolean {
  const time = timeOf(emailEvent);
  if (record[time] === undefined) return true;
  const said: EventsOfMessage = { [time]: at, ...details };
  const [mine, known] = [said, record].map((of) => caseOn(of, emailEvent)?.rank ?? 0) as [number, number];
  if (mine !== known) return mine < known;
  if (at !== record[time]) return at < record[time];
  return JSON.stringify(detailsOf(said, emailEvent)) < JSON.stringify(detailsOf(record, emailEvent));
}

/** What a message's events come to, whatever the order in which they came. */
export interface Consequences {
  readonly bounce?: BounceWord;
  readonly complaint?: { readonly at: string };
  /** By name, what the message counts as: 1 each. */
  readonly counts: ReadonlySet<string>;
}

/** Gravest first. */
const BOUNCE_KINDS = ['hard_bounce', 'no_domain', 'about_email', 'soft_bounce', 'general_bounce'] as const;
type BounceKind = (typeof BOUNCE_KINDS)[number] & AddressWord;

/** What the events say of the mailbox; `reply` says that a bounce was an automatic reply. */
export interface BounceWord {
  readonly kind: BounceKind | 'reply';
  /** ISO time, by SES's clock. */
  readonly at: string;
}

/** Names of counts beside those of the email events. */
export const COUNT = { againstBounce: 'againstBounce', againstComplaint: 'againstComplaint', ended: 'ended' } as const;

/** By any of them it is known that SES is done with a message. */
const ENDS = ['delivered', 'bounced', 'blocked', 'softBounced', 'suppressedBySes', 'notedBounce'] as const;

export function consequencesOf(events: EventsOfMessage): Consequences {
  const cases = EMAIL_EVENTS.map((emailEvent) => caseOn(events, emailEvent)).filter((one) => one !== undefined);
  const counts = new Set<string>(EMAIL_EVENTS.filter((emailEvent) => events[timeOf(emailEvent)] !== undefined));
  if (cases.some(({ against }) => against === 'bounce')) counts.add(COUNT.againstBounce);
  if (cases.some(({ against }) => against === 'complaint')) counts.add(COUNT.againstComplaint);
  if (ENDS.some((emailEvent) => counts.has(emailEvent))) counts.add(COUNT.ended);
  return { bounce: bounceWord(events, cases), complaint: complaintWord(events, cases), counts };
}

function bounceWord(events: EventsOfMessage, cases: readonly SesCase[]): BounceWord | undefined {
  for (const kind of BOUNCE_KINDS) {
    const found = cases.find(({ address }) => address === kind);
    if (!found) continue;
    const isReply = kind === 'general_bounce' && isAutomaticReply(events);
    return { kind: isReply ? 'reply' : kind, at: events[timeOf(found.emailEvent)]! };
  }
  return undefined;
}

function complaintWord(events: EventsOfMessage, cases: readonly SesCase[]): { readonly at: string } | undefined {
  return cases.some(({ address }) => address === 'complaint') ? { at: events.complainedAt! } : undefined;
}
