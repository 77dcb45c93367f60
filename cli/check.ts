import { shown } from '../lambda-src/core/shown';
import { LIST_ENCODINGS, type ListEncodingName } from '../src/private/contract';
import { APP_OPTIONS, APP_USAGE, given, mailerOfApp } from './app-mailer';
import { type Checked, check } from './check-list';
import { localFiles } from './local-files';
import { Progress } from './progress';
import { readTemplates } from './templates';
import { only, parse, type Terminal } from './verb';

export const summary = 'says what the mailer would say of a recipient list';

export const usage = `Usage: cdk-mailmatrix check FILE [options]

Says what the mailer would say of a recipient list. Nothing is sent, and AWS is not asked but for texts of templates in buckets.

${APP_USAGE}
  --templates DIR            in place of --app: folder of a template, or of folders of templates: are all variables there?
  --default-template NAME    as the prop defaultTemplate
  --template NAME            as the upload's metadata mailmatrix-template
  --email-column NAME        as intake.emailColumn; likewise
  --template-column NAME, --locale-column NAME, --recipient-key-column NAME, --encoding NAME,
  --delimiter CHARACTER, --max-invalid-percent NUMBER
  --campaign BUCKET/NAME     the campaign it is to be sent in: rows of a retry file that belong to another are invalid.
                             Without it, to the one of its first row, as on AWS
  --rejected FILE            writes the invalid rows there, to be corrected
  --json                     prints JSON

Exit code: 0 the list would be sent, 1 it would be refused, 2 it could not be checked.

  cdk-mailmatrix check people.csv --templates templates
`;

const OPTIONS = {
  ...APP_OPTIONS,
  templates: { type: 'string' },
  template: { type: 'string' },
  'default-template': { type: 'string' },
  'email-column': { type: 'string' },
  'template-column': { type: 'string' },
  'locale-column': { type: 'string' },
  'recipient-key-column': { type: 'string' },
  encoding: { type: 'string' },
  delimiter: { type: 'string' },
  'max-invalid-percent': { type: 'string' },
  campaign: { type: 'string' },
  rejected: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export async function run(args: string[], { stdout, stderr }: Terminal): Promise<number> {
  const { values, positionals } = parse('check', args, OPTIONS);
  const file = only('check', 'file', positionals);
  if (values.app !== undefined && values.templates !== undefined)
    throw new Error('MM701: check: got --app and --templates, allowed is one of them');
  const app = values.app === undefined ? undefined : await mailerOfApp(values.app, values.mailer);
  const progress = new Progress(stderr);
  const checked = await check(
    {
      file,
      template: values.template,
      campaign: values.campaign,
      templates: app
        ? { ...app.templates, ...given({ defaultTemplate: values['default-template'] }) }
        : readTemplates(values.templates, values['default-template']),
      attachments: app?.attachments,
      intake: given({
        ...app?.settings.intake,
        ...given({
          emailColumn: values['email-column'],
          templateColumn: values['template-column'],
          localeColumn: values['locale-column'],
          recipientKeyColumn: values['recipient-key-column'],
          encoding: oneOf('--encoding', values.encoding, LIST_ENCODINGS),
          delimiter: oneOf('--delimiter', values.delimiter?.replace(/^\\t$|^tab$/, '\t'), [',', ';', '\t', '|']),
          ...(values['max-invalid-percent'] === undefined ? {} : { maxInvalidPercent: percent(values) }),
        }),
      }),
    },
    localFiles(file, {
      rejected: values.rejected,
      onRead: (read, size) => progress.show(read, size),
    }),
  );
  progress.end();
  stdout.write(values.json ? `${JSON.stringify({ file, ...checked }, undefined, 2)}\n` : told(file, checked));
  // Nobody looked at the texts that it needs.
  if (app && checked.refusal?.code === 'MM217') return 2;
  return checked.refusal ? 1 : 0;
}

function percent({ 'max-invalid-percent': text }: { 'max-invalid-percent'?: string }): number {
  const number = Number(text);
  if (text?.trim() && number >= 0 && number <= 100) return number;
  throw new Error(`MM701: --max-invalid-percent: got ${JSON.stringify(text)}, allowed is a number from 0 to 100`);
}

function oneOf<T extends string>(option: string, value: string | undefined, allowed: readonly T[]): T | undefined {
  if (value === undefined) return undefined;
  const found = allowed.find((one) => one === value.toLowerCase());
  if (found !== undefined) return found;
  const names = allowed.map((one) => JSON.stringify(one)).join(', ');
  throw new Error(`MM701: ${option}: got ${JSON.stringify(value)}, allowed are ${names}`);
}

const NAMES: Record<ListEncodingName, string> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 LE',
  'utf-16be': 'UTF-16 BE',
  'windows-1252': 'Windows-1252',
};

function told(
  file: string,
  { refusal, boundTo, rows, recipients, invalid, duplicate, guess, leftOut, templates, attachments = {} }: Checked,
) {
  const lines = [
    refusal?.code === 'MM217'
      ? `${file} could not be checked: a template's texts were not looked at.`
      : refusal
        ? `${file} would be refused; nobody would be mailed.`
        : `${file} would be sent.`,
    ...(refusal ? [`${refusal.code}: ${refusal.message}`] : []),
    `${rows} rows: ${recipients} recipients, ${invalid} invalid, ${duplicate} duplicate`,
  ];
  if (boundTo !== undefined) {
    lines.push(
      `It belongs to the campaign ${boundTo} and continues it: who has that mail gets none. Only AWS knows who has.`,
    );
  }
  if (guess) {
    lines.push(`The list is not UTF-8 and was taken for ${NAMES[guess.encoding]}. Cells as they became:`);
    for (const example of guess.examples) lines.push(`  ${JSON.stringify(example)}`);
  }
  for (const [name, files] of Object.entries(attachments)) {
    const list = files.map(({ fileName, size }) => `${shown(fileName)} (${size} bytes)`);
    lines.push(`With every mail of ${name} goes ${list.join(', ')}`);
  }
  for (const { line, code, reason } of leftOut) lines.push(`  line ${line}: ${code}: ${reason}`);
  const more = invalid + duplicate - leftOut.length;
  if (more > 0) lines.push(`  and ${more} more`);
  if (!templates)
    lines.push(
      'No templates were given (--app DIR or --templates DIR): whether every variable has a column was not checked.',
    );
  return `${lines.join('\n')}\n`;
}
