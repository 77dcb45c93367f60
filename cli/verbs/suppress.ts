import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { dynamoStore } from '../../lambda-src/aws/dynamo-store';
import { EVERY_TOPIC } from '../../lambda-src/domain/consent/preferences';
import { findMailer, MAILER_OPTIONS, MAILER_USAGE } from '../shared/mailer';
import { parse, type Terminal } from '../shared/verb';
import { exportOptOuts } from './suppress/export-opt-outs';
import { importOptOuts } from './suppress/import-opt-outs';
import { recipientItems } from './suppress/scan';

export const summary = 'brings in those who left elsewhere, or writes out who left here';

export const usage = `Usage: cdk-mailmatrix suppress import FILE --mailer STACK/ID [options]
       cdk-mailmatrix suppress export FILE --mailer STACK/ID [options]

import: everybody on a CSV file gets no more mail of a topic, or of any that is not transactional. A column "topic" says
of which for each row. Whoever left before has left already; a file that is imported again changes nothing.
export: writes a CSV file of who left what, since when and how, which import takes. It reads the whole ledger.

  --topic NAME         import: the topic of rows that name none; without it every topic, also those to come
  --email-column NAME  import: as intake.emailColumn
${MAILER_USAGE}
  --ledger TABLE       instead of --mailer, its ledger alone

Exit code: 0 done, 1 rows of the file were invalid (the others are in), 2 it could not be done.

  cdk-mailmatrix suppress import left-before.csv --mailer Mail/Mailer
`;

const OPTIONS = {
  ...MAILER_OPTIONS,
  ledger: { type: 'string' },
  topic: { type: 'string' },
  'email-column': { type: 'string' },
} as const;

export async function run(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse('suppress', args, OPTIONS);
  const [what, file, ...more] = positionals;
  if ((what !== 'import' && what !== 'export') || file === undefined || more.length > 0) {
    throw new Error('MM701: suppress: say `suppress import FILE` or `suppress export FILE`');
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
