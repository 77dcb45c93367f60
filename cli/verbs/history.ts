import { dynamoStore } from '../../lambda-src/aws/dynamo-store';
import type { Lifted } from '../../lambda-src/domain/consent/lift';
import { EVERY_TOPIC, type TopicOptOut } from '../../lambda-src/domain/consent/preferences';
import {
  type History,
  historyOf,
  itemsOf,
  type Mailing,
  partitionsOfAddress,
} from '../../lambda-src/domain/ledger/history';
import { ledgerOf, PERSON_OPTIONS, PERSON_USAGE } from '../shared/person';
import { onlyOperand, parse, type Terminal } from '../shared/verb';

export const summary = 'what one person got from every campaign, and what became of it';

export const usage = `Usage: cdk-mailmatrix history ADDRESS --mailer STACK/ID [options]

All campaigns that the ledger knows of the address: how each ended, SES's message id, what its events said and when; and the
topics it left. For support, and for a person who asks what you keep of them.

${PERSON_USAGE}

It takes the right that \`grantHistory\` gives.

Exit code: 0 it is known, 1 it is not, 2 it could not be asked.

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

export function historyLines(address: string, { mailings, optOuts, lifted }: History): string {
  const lines = mailings.flatMap(mailing);
  const opted = [...optOuts.map((one) => optOutLine(one, mailings)), ...lifted.map((one) => liftedLine(one, mailings))];
  if (lines.length + opted.length === 0) return `The ledger knows nothing of ${address}.`;
  return [...lines, ...opted].join('\n');
}

/** The opt-out, and the message and campaign that brought it, where it was an event. */
function optOutLine({ topic, source, at, messageId }: TopicOptOut, mailings: readonly Mailing[]): string {
  const campaign = mailings.find((one) => one.messageId === messageId)?.campaign;
  const by = messageId && `by an event about ${messageId}${campaign ? ` of ${campaign}` : ''}`;
  const what = topic === EVERY_TOPIC ? 'every topic' : topic;
  return `unsubscribed from ${what} ${at} (${[source, by].filter(Boolean).join(', ')})`;
}

const liftedLine = (one: Lifted, mailings: readonly Mailing[]): string =>
  `${optOutLine(one, mailings)}, taken back ${one.liftedAt} by ${one.who}: ${one.why}`;

function mailing({ campaign, run, state, reason, messageId, events, deliveryReason, forgotten }: Mailing): string[] {
  const how = [state, reason, messageId, forgotten && `erased ${forgotten}`].filter(Boolean).join(', ');
  return [
    `${campaign}, run ${run}: ${how}`,
    ...Object.entries(events)
      .sort(([, a], [, b]) => (a < b ? -1 : 1))
      .map(([emailEvent, at]) => `  ${at} ${emailEvent.replaceAll('_', ' ')}`),
    ...(deliveryReason ? [`  ${deliveryReason}`] : []),
  ];
}
