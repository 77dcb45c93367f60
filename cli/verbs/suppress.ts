import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { clock } from '../../lambda-src/aws/clock';
import { dynamoStore } from '../../lambda-src/aws/dynamo-store';
import { EVERY_TOPIC } from '../../lambda-src/domain/consent/preferences';
import { findMailer, MAILER_OPTIONS, MAILER_USAGE } from '../shared/mailer';
import { callerArn } from '../shared/operator';
import { ledgerOf, type PersonOptions } from '../shared/person';
import { parse, type Terminal } from '../shared/verb';
import { exportOptOuts } from './suppress/export-opt-outs';
import { importOptOuts } from './suppress/import-opt-outs';
import { type Removal, removalOf, removeOfAddress, removeOfCampaign } from './suppress/remove-opt-outs';
import { recipientItems } from './suppress/scan';

export const summary = 'imports, exports and removes opt-outs';

export const usage = `Usage: cdk-mailmatrix suppress import FILE --mailer STACK/ID [options]
       cdk-mailmatrix suppress export FILE --mailer STACK/ID [options]
       cdk-mailmatrix suppress remove ADDRESS --source SOURCE --why TEXT --mailer STACK/ID [options]
       cdk-mailmatrix suppress remove --campaign NAME --source SOURCE --why TEXT --mailer STACK/ID

import: opts out every address of a CSV file, from one topic or from every topic that is not transactional. A column "topic"
names the topic of each row. Earlier opt-outs stay as they are, so importing a file twice changes nothing.
export: writes a CSV file with every opt-out: address, topic, time and source. import reads this file. Reads the whole ledger.
remove: removes the opt-outs of one source, from one address or from all addresses that one campaign's events opted out.
Opt-outs of other sources stay, and an event that SES delivers again changes nothing. The ledger keeps your ARN, the time and
the reason; \`history\` shows them. With --campaign it reads the whole ledger.

  --topic NAME         import: the topic of rows without one. Default: every topic, including future topics
  --email-column NAME  import: as intake.emailColumn
  --source SOURCE      remove: hard_bounce, soft_bounces or import; one_click, page or complaint with --recipient-asked
  --why TEXT           remove: the reason, which the ledger keeps
  --recipient-asked    remove: confirms that the recipient asked for it; required for sources that are the recipient's choice
  --campaign NAME      remove: all opt-outs by the campaign's events; with --ledger, as MAILER/NAME
${MAILER_USAGE}
  --ledger TABLE       the ledger's table, instead of --mailer

Exit code: 0 done; 1 the file has invalid rows (valid rows were imported), or nothing to remove; 2 the command failed.

  cdk-mailmatrix suppress import left-before.csv --mailer Mail/Mailer
  cdk-mailmatrix suppress remove ann@example.org --source hard_bounce --why 'their server was down' --mailer Mail/Mailer
`;

const OPTIONS = {
  ...MAILER_OPTIONS,
  ledger: { type: 'string' },
  topic: { type: 'string' },
  'email-column': { type: 'string' },
  source: { type: 'string' },
  why: { type: 'string' },
  campaign: { type: 'string' },
  'recipient-asked': { type: 'boolean' },
} as const;

export async function run(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse('suppress', args, OPTIONS);
  const [what, file, ...more] = positionals;
  if (what === 'remove') return remove(positionals.slice(1), values, terminal);
  if ((what !== 'import' && what !== 'export') || file === undefined || more.length > 0) {
    throw new Error('MM701: suppress: say `suppress import FILE`, `suppress export FILE` or `suppress remove ADDRESS`');
  }
  const { profile, region } = values;
  const ledgerTable = values.ledger ?? (await findMailer(values)).ledgerTable;
  if (profile !== undefined) process.env.AWS_PROFILE = profile;
  if (region !== undefined) process.env.AWS_REGION = region;
  const { stdout, stderr } = terminal;
  const showProgress = (text: string) => stderr.isTTY && stderr.write(`\r${text}`);
  const say = (result: object, text: string) => stdout.write(values.json ? `${JSON.stringify(result)}\n` : `${text}\n`);

  if (what === 'export') {
    const out = createWriteStream(file);
    const result = await exportOptOuts(
      recipientItems(ledgerTable),
      (text) => void out.write(text),
      (items) => items % 1000 === 0 && showProgress(`${items} records`),
    );
    out.end();
    await finished(out);
    showProgress('');
    const unknown = result.unknown > 0 ? `, ${result.unknown} of them without an address` : '';
    say(result, `${result.addresses} addresses${unknown}, ${result.optOuts} opt-outs: ${file}`);
    return 0;
  }
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new Error(`MM702: there is no file ${file}`);
  const topic = values.topic ?? EVERY_TOPIC;
  const result = await importOptOuts(
    async () => createReadStream(file),
    {
      topic,
      emailColumn: values['email-column'],
      now: Date.now(),
      onRow: (rows) => rows % 100 === 0 && showProgress(`${rows} rows`),
    },
    dynamoStore(ledgerTable),
  );
  showProgress('');
  const { rows, optedOut, already, invalid } = result;
  const lines =
    invalid.length > 0
      ? ` Lines that hold no address or topic: ${invalid.slice(0, 20).join(', ')}${invalid.length > 20 ? ', …' : ''}.`
      : '';
  say(result, `${rows} rows: ${optedOut} opted out, ${already} had left before, ${invalid.length} invalid.${lines}`);
  return invalid.length > 0 ? 1 : 0;
}

interface RemoveOptions extends PersonOptions, Omit<Removal, 'recipientAsked'> {
  readonly campaign?: string;
  readonly 'recipient-asked'?: boolean;
  readonly json?: boolean;
}

async function remove(addresses: readonly string[], values: RemoveOptions, { stdout }: Terminal): Promise<number> {
  const { campaign, 'recipient-asked': recipientAsked, ...removal } = values;
  const [address, ...more] = addresses;
  if ((address === undefined) === (campaign === undefined) || more.length > 0) {
    throw new Error('MM701: suppress remove: give one address, or --campaign');
  }
  const decision = removalOf({ ...removal, recipientAsked }, campaign !== undefined);
  const { table, mailer } = await ledgerOf(values);
  const lift = { ...decision, who: await callerArn() };
  const ports = { store: dynamoStore(table), clock, newId: randomUUID, rules: mailer?.bounceRules };
  const say = (result: object, text: string, removed: number) => {
    stdout.write(values.json ? `${JSON.stringify(result, undefined, 2)}\n` : `${text}\n`);
    return removed > 0 ? 0 : 1;
  };
  if (address === undefined) {
    const name = mailer ? `${mailer.mailer}/${campaign}` : campaign!;
    const result = await removeOfCampaign(name, lift, recipientItems(table), ports);
    const words = `${result.removed} opt-outs (${lift.source}) that events of ${name} brought were taken back.`;
    return say({ ...result, ...lift, campaign: name }, words, result.removed);
  }
  const result = await removeOfAddress(address, lift, ports);
  const { removed, left } = result;
  const others = [...new Set(left.map(({ source }) => source))].join(', ');
  const words = `${removed.length} opt-outs (${lift.source}) of ${address} were taken back${others ? `; still opted out by ${others}` : ''}.`;
  return say({ address, ...result, ...lift }, words, removed.length);
}
