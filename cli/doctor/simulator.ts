import { stringify } from 'csv-stringify/sync';
import type { Mailing } from '../../lambda-src/domain/ledger/history';
import { BYTE_ORDER_MARK } from '../../lambda-src/domain/list/csv';
import { SIMULATOR } from '../../lambda-src/functions/plan/sandbox';
import type { Connection } from '../../src/private/contract';
import { error, type Finding, ok } from './finding';

/**
 * Mailboxes of SES's simulator, with the events that an email to each may end in. One of them is enough.
 * https://docs.aws.amazon.com/ses/latest/DeveloperGuide/mailbox-simulator.html
 */
const MAILBOXES = [
  ['success', ['delivered']],
  ['bounce', ['bounced']],
  ['complaint', ['complained']],
  // SES may report the out-of-office reply as a transient bounce as well.
  ['ooto', ['delivered']],
  ['suppressionlist', ['suppressed_by_ses', 'bounced']],
] as const;

/** One address of a smoke test. */
export interface Probe {
  readonly mailbox: string;
  readonly address: string;
  readonly expected: readonly string[];
}

/** The addresses of a smoke test. The label is unique, so that bounces of earlier tests have opted none of them out. */
export const probesOf = (label: string): readonly Probe[] =>
  MAILBOXES.map(([mailbox, expected]) => ({ mailbox, address: `${mailbox}+${label}@${SIMULATOR}`, expected }));

/** The list as CSV. Its byte order mark makes it UTF-8, whichever encoding the mailer expects. */
export function listOf(
  probes: readonly Probe[],
  columns: ReadonlyMap<string, string>,
  { emailColumn = 'email', delimiter }: NonNullable<Connection['list']> = {},
): string {
  const rows = probes.map(({ address }) => [address, ...columns.values()]);
  return BYTE_ORDER_MARK + stringify([[emailColumn, ...columns.keys()], ...rows], { delimiter });
}

/** The progress of one probe. */
export interface ProbeResult {
  readonly probe: Probe;
  readonly mailing?: Mailing;
  /** Seconds from the upload until the ledger had an expected event; undefined until then. */
  readonly seconds?: number;
}

export interface SmokeFinding extends Finding {
  readonly address: string;
  readonly expected: readonly string[];
  /** Events that SES reported, oldest first. */
  readonly came: readonly string[];
  readonly seconds?: number;
}

/** Events of a mailing, oldest first. */
export const eventsOf = (mailing: Mailing | undefined): readonly string[] =>
  Object.entries(mailing?.events ?? {})
    .sort(([, a], [, b]) => (a < b ? -1 : 1))
    .map(([emailEvent]) => emailEvent);

export const hasExpectedEvent = ({ expected }: Probe, mailing: Mailing | undefined): boolean =>
  eventsOf(mailing).some((emailEvent) => expected.includes(emailEvent));

const words = (events: readonly string[]) => events.join(', ').replaceAll('_', ' ');

/** The finding of one address. */
export function findingOf({ probe, mailing, seconds }: ProbeResult, waited: string, campaign: string): SmokeFinding {
  const { mailbox, address, expected } = probe;
  const receivedEvents = eventsOf(mailing);
  const wanted = `${address}: expected ${expected.map((emailEvent) => words([emailEvent])).join(' or ')}; came`;
  const eventWords = () => {
    if (seconds !== undefined) return ok(`${wanted} ${words(receivedEvents)}; ${seconds} s`);
    if (mailing?.state === 'sent')
      return error(
        `${wanted} ${words(receivedEvents) || 'nothing'}, within ${waited} of the last news`,
        'See “event destination”, “event rule” and “dead letters” above, then the log of the tracking function',
      );
    const why = mailing ? (mailing.reason ?? words([mailing.state])) : 'nobody tried';
    return error(
      `${wanted} nothing: no mail was sent: ${why}`,
      `\`cdk-mailmatrix status ${campaign}\` says how its run ended`,
    );
  };
  return {
    check: `smoke ${mailbox}`,
    ...eventWords(),
    address,
    expected,
    came: receivedEvents,
    ...(seconds === undefined ? {} : { seconds }),
  };
}
