import { dynamoStore } from '../../lambda-src/aws/dynamo-store';
import { campaignFolder } from '../../lambda-src/domain/campaign/campaign';
import { forget, historyOf, itemsOf, partitionsOfAddress } from '../../lambda-src/domain/ledger/history';
import { partsOf } from '../../lambda-src/domain/ledger/keys';
import type { Connection } from '../../src/private/contract';
import { ledgerOf, PERSON_OPTIONS, PERSON_USAGE } from '../shared/person';
import { onlyOperand, parse, type Terminal } from '../shared/verb';

export const summary = "erases one person's data in the ledger; they still get no email twice";

export const usage = `Usage: cdk-mailmatrix forget ADDRESS --mailer STACK/ID [options]

Erases the address and the delivery data from every ledger record of one person. A digest of the address stays, with whether
each campaign sent to it, so that nobody gets an email twice; opt-outs stay as well. Later SES events about the person are
not stored. The command does not change uploaded lists, files under reports/ (it prints which), or SES's suppression list.

  --yes                erases. Default: only prints what would be erased
${PERSON_USAGE}

Needs the right that \`grantForget\` gives.

Exit code: 0 erased, or nothing to erase; 1 something to erase, and --yes is missing; 2 the command failed.

  cdk-mailmatrix forget ann@example.org --mailer Mail/Mailer --yes
`;

export async function run(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse('forget', args, { ...PERSON_OPTIONS, yes: { type: 'boolean' } });
  const partitions = partitionsOfAddress(onlyOperand('forget', 'address', positionals));
  const recipient = partitions[0]!;
  const { table, mailer } = await ledgerOf(values);
  const store = dynamoStore(table);
  const items = await itemsOf(partitions, store);
  const records = items.filter(({ state, forgotten }) => state !== undefined && forgotten === undefined);
  if (values.yes) for (const record of records) await store.write(forget(record, Date.now()));
  const campaigns = [...new Set(historyOf(recipient, records).mailings.map(({ campaign }) => campaign))];
  const notReached = campaigns.map((campaign) => folderOf(campaign, mailer));
  const erased = values.yes === true;
  const words = [
    `${records.length} records ${erased ? 'were erased' : 'would be erased; --yes does it'}.`,
    ...(notReached.length > 0
      ? ['The address may still stand in the lists of these campaigns and in', ...notReached.map((one) => `  ${one}`)]
      : []),
  ];
  const result = { recipient, records: records.length, erased, campaigns, notReached };
  terminal.stdout.write(`${values.json ? JSON.stringify(result, undefined, 2) : words.join('\n')}\n`);
  return erased || records.length === 0 ? 0 : 1;
}

/** The folder of a campaign's reports. The ledger does not know the buckets of other mailers that share it. */
function folderOf(campaign: string, mailer: Connection | undefined): string {
  const [name] = partsOf(campaign);
  const folder = campaignFolder(campaign);
  return name === mailer?.mailer ? `s3://${mailer.bucket}/${folder}` : `${folder} in the bucket of the mailer ${name}`;
}
