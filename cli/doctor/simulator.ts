import { stringify } from 'csv-stringify/sync';
import type { Mailing } from '../../lambda-src/domain/ledger/history';
import { BYTE_ORDER_MARK } from '../../lambda-src/domain/list/csv';
import { SIMULATOR } from '../../lambda-src/functions/plan/sandbox';
import type { Connection } from '../../src/private/contract';
import { error, type Finding, ok } from './finding';

/**
 * Mailboxes of SES's simulator, and what is to come of a mail to each: any one of them.
 * https://docs.aws.amazon.com/ses/latest/DeveloperGuide/mailbox-simulator.html
 */
const MAILBOXES = [
  ['success', ['delivered']],
  ['bounce', ['bounced']],
  ['complaint', ['complained']],
  // The answer of somebody who is away may come as a bounce for now, beside it.
  ['ooto', ['delivered']],
  ['suppressionlist', ['suppressed_by_ses', 'bounced']],
] as const;

/** One address of a smoke test. */
export interface Probe {
  readonly mailbox: string;
  readonly address: string;
  readonly expected: readonly string[];
}

/** With a label of its own each time, so that whoever bounced before has not left by it. */
export const probesOf = (label: string): readonly Probe[] =>
  MAILBOXES.map(([mailbox, expected]) => ({ mailbox, address: `${mailbox}+${label}@${SIMULATOR}`, expected }));

/** The list, as the mailer reads one; its byte order mark says that it is UTF-8, whatever others are. */
export function listOf(
  probes: readonly Probe[],
  columns: ReadonlyMap<string, string>,
  { emailColumn = 'email', delimiter }: NonNullable<Connection['list']> = {},
): string {
  const rows = probes.map(({ address }) => [address, ...columns.values()]);
  return BYTE_ORDER_MARK + stringify([[emailColumn, ...columns.keys()], ...rows], { delimiter });
}

/** What is known of a probe. */
export interface Heard {
  readonly probe: Probe;
  readonly mailing?: Mailing;
  /** From the upload until the ledger said what was expected; absent where it did not. */
  readonly seconds?: number;
}

export interface SmokeFinding extends Finding {
  readonly address: string;
  readonly expected: readonly string[];
  /** Of SES's events, in their order. */
  readonly came: readonly string[];
  readonly seconds?: number;
}

export const cameOf = (mailing: Mailing | undefined): readonly string[] =>
  Object.entries(mailing?.events ?? {})
    .sort(([, a], [, b]) => (a < b ? -1 : 1))
    .map(([emailEvent]) => emailEvent);

export const isHeard = ({ expected }: Probe, mailing: Mailing | undefined): boolean =>
  cameOf(mailing).some((emailEvent) => expected.includes(emailEvent));

const words = (events: readonly string[]) => events.join(', ').replaceAll('_', ' ');

/** The line of one address. */
export function judged({ probe, mailing, seconds }: Heard, waited: string, campaign: string): SmokeFinding {
  const { mailbox, address, expected } = probe;
  const came = cameOf(mailing);
  const wanted = `${address}: expected ${expected.map((emailEvent) => words([emailEvent])).join(' or ')}; came`;
  const eventWords = () => {
    if (seconds !== undefined) return ok(`${wanted} ${words(came)}; ${seconds} s`);
    if (mailing?.state === 'sent')
      return error(
        `${wanted} ${words(came) || 'nothing'}, within ${waited} of the last news`,
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
    came,
    ...(seconds === undefined ? {} : { seconds }),
  };
}
