import { forget, historyOf, partitionOf } from '../lambda-src/core/history';
import type { Item } from '../lambda-src/core/store';
import { say } from './act';
import { MAILER_OPTIONS, MAILER_USAGE } from './mailer';
import { Operator } from './operator';
import { only, parse, type Terminal } from './verb';

export const summary = 'erases what the ledger says of one person; they still get no mail twice';

export const usage = `Usage: cdk-mailmatrix forget ADDRESS  --mailer STACK/ID [options]

Erases the address, and what became of their mail, from every record of theirs. A digest of the address stays, with whether
they got each campaign's mail, so that nobody is mailed twice; so do their opt-outs. What events say later is not kept.
It does not reach the lists you uploaded, the files under reports/ (it says which), nor SES's own suppression list.

  --yes                erase; without it you only see what would be
${MAILER_USAGE}

Exit code: 0 erased, or nothing to erase; 1 there is something to erase and no --yes; 2 it could not be done.

  cdk-mailmatrix forget ann@example.org --mailer Mail/Mailer --yes
`;

export async function run(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse('forget', args, { ...MAILER_OPTIONS, yes: { type: 'boolean' } });
  const recipient = partitionOf(only('forget', 'address', positionals));
  const operator = await Operator.of(values);
  const records: Item[] = [];
  for await (const item of operator.partition(recipient)) {
    if (item.state !== undefined && item.forgotten === undefined) records.push(item);
  }
  const { store, clock } = operator.control;
  if (values.yes) for (const record of records) await store.write(forget(record, clock.now()));
  const campaigns = [...new Set(historyOf(recipient, records).mailings.map(({ campaign }) => campaign))];
  const { bucket, reportsPrefix } = operator.connection;
  const left = campaigns.map((campaign) => `s3://${bucket}/${reportsPrefix}${campaign.slice(bucket.length + 1)}/`);
  const erased = values.yes === true;
  const words = [
    `${records.length} records ${erased ? 'were erased' : 'would be erased; --yes does it'}.`,
    ...(left.length > 0
      ? ['The address may still stand in the lists of these campaigns and in', ...left.map((one) => `  ${one}`)]
      : []),
  ];
  const result = { recipient, records: records.length, erased, campaigns, notReached: left };
  return say(result, words.join('\n'), values, terminal, erased || records.length === 0 ? 0 : 1);
}
