import { detailsOf, EMAIL_EVENTS, type EmailEvent, isAutomaticReply, type TrackedRecord, timeOf } from './email-events';
import { type AddressWord, SES_CASES, type SesCase } from './ses-cases';

/** The attributes of a record that SES events write. */
export type EventsOfMessage = Partial<TrackedRecord>;

/** An SES event in the record's form. */
export interface ReportedEvent {
  readonly emailEvent: EmailEvent;
  /** ISO time, by SES's clock. */
  readonly at: string;
  /** Attributes besides the time. */
  readonly details?: { readonly [attribute: string]: string | undefined };
}

/** A case with its rank in the table. A lower rank is more serious. */
interface Ranked extends SesCase {
  readonly rank: number;
}

/** The case of each kind, by email event. `undefined` holds the case for all other kinds. */
const BY_EVENT = new Map<EmailEvent, Map<string | undefined, Ranked>>();
for (const [rank, row] of SES_CASES.entries()) {
  const kinds = BY_EVENT.get(row.emailEvent) ?? new Map<string | undefined, Ranked>();
  BY_EVENT.set(row.emailEvent, kinds);
  for (const kind of kindsOf(row)) if (!kinds.has(kind)) kinds.set(kind, { ...row, rank });
}

/** Returns the kinds on a record that identify a case. */
function kindsOf({ emailEvent, kind, subtypes, feedback }: SesCase): readonly (string | undefined)[] {
  if (kind !== undefined) return [kind];
  if (feedback) return feedback;
  return (emailEvent !== 'blocked' && subtypes) || [undefined];
}

/** Returns the case of an email event on a record. Undefined if the table has none, so that nothing follows. */
function caseOn(events: EventsOfMessage, emailEvent: EmailEvent): Ranked | undefined {
  const kinds = events[timeOf(emailEvent)] === undefined ? undefined : BY_EVENT.get(emailEvent);
  if (!kinds) return undefined;
  const [kind = 'none'] = detailsOf(events, emailEvent);
  return kinds.get(kind) ?? kinds.get(undefined);
}

/**
 * Whether an event replaces the record's: there is none yet, its case is more serious, or its time is earlier by SES's
 * clock. This is a total order, so that the result does not depend on the order of arrival.
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

/** The consequences of an email's events, independent of their order of arrival. */
export interface Consequences {
  readonly bounce?: BounceWord;
  readonly complaint?: { readonly at: string };
  /** Names of the counts that the email adds 1 to. */
  readonly counts: ReadonlySet<string>;
}

/** Most serious first. */
const BOUNCE_KINDS = ['hard_bounce', 'no_domain', 'about_email', 'soft_bounce', 'general_bounce'] as const;
type BounceKind = (typeof BOUNCE_KINDS)[number] & AddressWord;

/** The state of the mailbox, as its events show. `reply`: the bounce was an automatic reply. */
export interface BounceWord {
  readonly kind: BounceKind | 'reply';
  /** ISO time, by SES's clock. */
  readonly at: string;
}

/** Names of counts besides those of email events. */
export const COUNT = { againstBounce: 'againstBounce', againstComplaint: 'againstComplaint', ended: 'ended' } as const;

/** Any of these shows that SES has finished with an email. */
const ENDS = ['delivered', 'bounced', 'blocked', 'softBounced', 'suppressedBySes', 'notedBounce'] as const;

/** Returns the consequences of all events of one email. */
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
