import { dynamoStore } from '../../lambda-src/aws/dynamo-store';
import type { Lifted } from '../../lambda-src/domain/consent/lift';
import { EVERY_TOPIC, type TopicOptOut } from '../../lambda-src/domain/consent/preferences';
import type { TrackingConsent } from '../../lambda-src/domain/ledger/consent-proof';
import {
  type History,
  historyOf,
  itemsOf,
  type Mailing,
  partitionsOfAddress,
} from '../../lambda-src/domain/ledger/history';
import { ledgerOf, PERSON_OPTIONS, PERSON_USAGE } from '../shared/person';
import { onlyOperand, parse, type Terminal } from '../shared/verb';

export const summary = "shows one person's emails, their delivery events and opt-outs";

export const usage = `Usage: cdk-mailmatrix history ADDRESS --mailer STACK/ID [options]

Prints every campaign in the ledger that has the address: the outcome, SES's message id, and the email events with their
times; then the address's opt-outs. For support, and for requests for information about stored personal data.

${PERSON_USAGE}

Needs the right that \`grantHistory\` gives.

Exit code: 0 the ledger has the address, 1 it does not, 2 the command failed.

  cdk-mailmatrix history ann@example.org --mailer Mail/Mailer
`;

export async function run(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse('history', args, PERSON_OPTIONS);
  const address = onlyOperand('history', 'address', positionals);
  const partitions = partitionsOfAddress(address);
  const items = await itemsOf(partitions, dynamoStore((await ledgerOf(values)).table));
  const history = historyOf(partitions[0]!, items);
  const result = { address, ...history };
  terminal.stdout.write(`${values.json ? JSON.stringify(result, undefined, 2) : historyLines(address, history)}\n`);
  return items.length > 0 ? 0 : 1;
}

export function historyLines(address: string, { mailings, optOuts, lifted, trackingChoices }: History): string {
  const lines = mailings.flatMap(mailing);
  const opted = [
    ...optOuts.map((one) => optOutLine(one, mailings)),
    ...lifted.map((one) => liftedLine(one, mailings)),
    ...trackingChoices.map(({ choice, at, topic }) => `tracking ${choice} ${at} (page, ${topic})`),
  ];
  if (lines.length + opted.length === 0) return `The ledger knows nothing of ${address}.`;
  return [...lines, ...opted].join('\n');
}

/** One opt-out. Names the message and the campaign if an email event caused it. */
function optOutLine({ topic, source, at, messageId }: TopicOptOut, mailings: readonly Mailing[]): string {
  const campaign = mailings.find((one) => one.messageId === messageId)?.campaign;
  const by = messageId && `by an event about ${messageId}${campaign ? ` of ${campaign}` : ''}`;
  const what = topic === EVERY_TOPIC ? 'every topic' : topic;
  return `unsubscribed from ${what} ${at} (${[source, by].filter(Boolean).join(', ')})`;
}

const liftedLine = (one: Lifted, mailings: readonly Mailing[]): string =>
  `${optOutLine(one, mailings)}, taken back ${one.liftedAt} by ${one.who}: ${one.why}`;

/** Where the consent to track an email came from. */
function consentLine(consent: TrackingConsent): string {
  if (consent.source === 'not_required') return '  tracked: the mailer requires no consent';
  if (consent.source === 'page') return `  tracked: consent on the page of ${consent.topic}, ${consent.at}`;
  return `  tracked: consent in column ${JSON.stringify(consent.column)} of ${consent.list}, ${consent.at}`;
}

function mailing(of: Mailing): string[] {
  const { campaign, run, state, reason, messageId, events, deliveryReason, trackingConsent, forgotten } = of;
  const how = [state, reason, messageId, forgotten && `erased ${forgotten}`].filter(Boolean).join(', ');
  return [
    `${campaign}, run ${run}: ${how}`,
    ...Object.entries(events)
      .sort(([, a], [, b]) => (a < b ? -1 : 1))
      .map(([emailEvent, at]) => `  ${at} ${emailEvent.replaceAll('_', ' ')}`),
    ...(deliveryReason ? [`  ${deliveryReason}`] : []),
    ...(trackingConsent ? [consentLine(trackingConsent)] : []),
  ];
}
