import { FORMAT } from '../../../src/private/contract';
import { domainOf } from '../../domain/address/address';
import { campaignLabel } from '../../domain/campaign/campaign';
import { BLOCKED_ADVICE } from '../../domain/events/ses-cases';
import { campaignDigest } from '../../domain/ledger/keys';
import { PARTITION } from '../../domain/ledger/partitions';
import { recordOf } from '../../domain/ledger/record-of';
import type { Key, Store } from '../../domain/ledger/store';
import type { Clock, Log, NewId, Notices } from '../../domain/ports';
import { escapeControlCharacters } from '../../domain/text/escape-control-characters';
import { formatCount } from '../../domain/text/format-count';
import { ascii } from '../../domain/text/notice-text';

export interface BlockedPorts {
  readonly store: Store;
  readonly notices: Notices;
  readonly clock: Pick<Clock, 'now'>;
  readonly newId: NewId;
  readonly log: Log;
}

/** An email that a receiving server refused because of its sender, or a report that its authentication failed. */
export interface BlockedEmail {
  readonly to: string;
  /** ISO time, by SES's clock. */
  readonly at: string;
}

interface Blocked {
  readonly emails: number;
  /** ISO time of the first. */
  readonly since: string;
}

/** The blocked emails of a run. */
interface BlockedRecord extends Blocked {
  readonly by: string;
  readonly domains: { readonly [domain: string]: Blocked };
  readonly alertedAt?: string;
}

/** The minimum number of emails for a domain to be named: fewer could identify a person. */
const FEW = 5;
/** The number of emails that are alerted even if no domain has a few. */
const MANY = 20;
/** The maximum number of domains on the record. The emails of others count in the sum alone. */
const MOST_DOMAINS = 200;
const NAMED = 10;

/**
 * Adds blocked emails of one run, and alerts the owner once a run: when one domain blocks a few, or all together many.
 * Without emails to add, it sends the alert that an earlier tracker could not send.
 */
export async function alertBlocked(
  campaign: string,
  run: number,
  emails: readonly BlockedEmail[],
  ports: BlockedPorts,
) {
  const key: Key = { pk: PARTITION.breaker(campaignDigest(campaign)), sk: `blocked#${run}` };
  const record = await addBlocked(key, emails, ports);
  const isWorth = record && (record.emails >= MANY || Object.values(record.domains).some((one) => one.emails >= FEW));
  if (!isWorth || record.alertedAt !== undefined) return;
  const { store, notices, clock, log } = ports;
  log.warn('MM614: receiving servers block the sender', { campaign: campaignDigest(campaign), run });
  const { subject, text } = blockedAlert(campaign, run, record);
  await notices.publish(subject, text, { kind: 'alert' });
  // Mark after publishing: a repeated alert is better than none.
  const alertedAt = new Date(clock.now()).toISOString();
  await store.write({ key, when: { absent: 'alertedAt' }, set: { alertedAt } });
}

async function addBlocked(key: Key, emails: readonly BlockedEmail[], { store, newId }: BlockedPorts) {
  for (;;) {
    const found = recordOf<BlockedRecord>('the blocked emails of a run', (await store.read([key]))[0]);
    if (emails.length === 0) return found;
    const by = newId();
    const record = emails.reduce(withEmail, found) as BlockedRecord;
    const { applied } = await store.write({
      key,
      when: { any: [found ? { eq: ['by', found.by] } : { absent: 'by' }, { eq: ['by', by] }] },
      set: { v: FORMAT, by, emails: record.emails, since: record.since, domains: { ...record.domains } as never },
    });
    if (applied) return record;
  }
}

type Counted = Omit<BlockedRecord, 'by'> | undefined;

function withEmail(record: Counted, { to, at }: BlockedEmail): Counted {
  const domains = new Map(Object.entries(record?.domains ?? {}));
  const domain = domainOf(to);
  if (domains.has(domain) || domains.size < MOST_DOMAINS) domains.set(domain, plusOne(domains.get(domain), at));
  return { ...record, ...plusOne(record, at), domains: Object.fromEntries(domains) };
}

const plusOne = (known: Blocked | undefined, at: string): Blocked => ({
  emails: (known?.emails ?? 0) + 1,
  since: known && known.since < at ? known.since : at,
});

function blockedAlert(
  campaign: string,
  run: number,
  { emails, since, domains }: Blocked & Pick<BlockedRecord, 'domains'>,
) {
  const name = escapeControlCharacters(campaignLabel({ campaign }));
  const named = Object.entries(domains)
    .filter(([, one]) => one.emails >= FEW)
    .sort(([, a], [, b]) => b.emails - a.emails)
    .slice(0, NAMED);
  const others = emails - named.reduce((sum, [, one]) => sum + one.emails, 0);
  return {
    subject: ascii(`MailMatrix: receivers block ${name}`),
    text: [
      `MM614: since ${since}, receiving servers have refused ${formatCount(emails)} emails of run ${run} of ${name} because of their sender, or reported that their authentication failed.`,
      ...named.map(
        ([domain, one]) => `  ${escapeControlCharacters(domain)}: ${formatCount(one.emails)}, since ${one.since}`,
      ),
      ...(others > 0 ? [`  other domains: ${formatCount(others)}`] : []),
      'No recipient is opted out because of that. This alert comes once a run; the report has the numbers at its end.',
      ...BLOCKED_ADVICE,
    ].join('\n'),
  };
}
