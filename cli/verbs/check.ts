import { encodingNamed } from '../../lambda-src/domain/list/encodings';
import { escapeControlCharacters } from '../../lambda-src/domain/text/escape-control-characters';
import { APP_OPTIONS, APP_USAGE, given, mailerOfApp } from '../preview/app-mailer';
import { type Checked, check } from '../preview/check-list';
import { readTemplates } from '../preview/templates';
import { localFiles } from '../shared/local-files';
import { Progress } from '../shared/progress';
import { only, parse, type Terminal } from '../shared/verb';

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
  --accept-rows-in-cells     as intake.acceptRowsInCells
  --campaign BUCKET/NAME     the campaign it is to be sent in: rows of a retry file that belong to another are invalid.
                             Without it, to the one of its first row, as on AWS
  --invalid FILE             writes the invalid rows there, to be corrected
  --json                     prints JSON

Exit code: 0 the list would be sent, 1 it would be rejected, 2 it could not be checked.

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
  'accept-rows-in-cells': { type: 'boolean' },
  campaign: { type: 'string' },
  invalid: { type: 'string' },
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
      limits: app?.settings.limits,
      intake: given({
        ...app?.settings.intake,
        ...given({
          emailColumn: values['email-column'],
          templateColumn: values['template-column'],
          localeColumn: values['locale-column'],
          recipientKeyColumn: values['recipient-key-column'],
          encoding: encodingOf(values.encoding),
          acceptRowsInCells: values['accept-rows-in-cells'],
          delimiter: oneOf('--delimiter', values.delimiter?.replace(/^\\t$|^tab$/, '\t'), [',', ';', '\t', '|']),
          ...(values['max-invalid-percent'] === undefined ? {} : { maxInvalidPercent: percent(values) }),
        }),
      }),
    },
    localFiles(file, {
      invalid: values.invalid,
      onRead: (read, size) => progress.show(read, size),
    }),
  );
  progress.end();
  stdout.write(values.json ? `${JSON.stringify({ file, ...checked }, undefined, 2)}\n` : words(file, checked));
  // Nobody looked at the texts that it needs.
  if (app && checked.rejection?.code === 'MM217') return 2;
  return checked.rejection ? 1 : 0;
}

function percent({ 'max-invalid-percent': text }: { 'max-invalid-percent'?: string }): number {
  const number = Number(text);
  if (text?.trim() && number >= 0 && number <= 100) return number;
  throw new Error(`MM701: --max-invalid-percent: got ${JSON.stringify(text)}, allowed is a number from 0 to 100`);
}

export function encodingOf(label: string | undefined): ReturnType<typeof encodingNamed> {
  if (label === undefined) return undefined;
  const named = encodingNamed(label);
  if (named) return named;
  throw new Error(
    `MM701: --encoding must be a name of the WHATWG Encoding Standard, such as windows-1252 or shift_jis, got ${JSON.stringify(label)}`,
  );
}

function oneOf<T extends string>(option: string, value: string | undefined, allowed: readonly T[]): T | undefined {
  if (value === undefined) return undefined;
  const found = allowed.find((one) => one === value.toLowerCase());
  if (found !== undefined) return found;
  const names = allowed.map((one) => JSON.stringify(one)).join(', ');
  throw new Error(`MM701: ${option}: got ${JSON.stringify(value)}, allowed are ${names}`);
}

/** What the bytes of the list decided, and what is odd about it. */
function howRead({ guess, readAs = {}, readings = [], unknownTopLevels = {} }: Partial<Checked>): string[] {
  const quotes = { backslash: '\\" is a quotation mark', relaxed: 'some are text', literal: 'all are text' };
  const unknown = Object.entries(unknownTopLevels).map(
    ([name, count]) => `.${escapeControlCharacters(name)} (${count})`,
  );
  return [
    ...(guess ? [`The list is not UTF-8 and was taken for ${guess.encoding}. Cells as they became:`] : []),
    ...(guess?.examples ?? []).map((example) => `  ${JSON.stringify(example)}`),
    ...readings.flatMap(({ encodings, examples }) => [
      `In ${encodings.join(', ')}:`,
      ...examples.map((example) => `  ${JSON.stringify(example)}`),
    ]),
    ...(readAs.emailColumn === undefined
      ? []
      : [`The address was taken from the column "${escapeControlCharacters(readAs.emailColumn)}", by what is in it.`]),
    ...(readAs.quotes
      ? [`Its quotation marks are not those of CSV, and were read leniently: ${quotes[readAs.quotes]}.`]
      : []),
    ...(readAs.shortRows ? ['Rows that end early were taken for rows with empty cells at their end.'] : []),
    ...(unknown.length > 0 ? [`Top-level domains that do not exist, and recipients there: ${unknown.join(', ')}`] : []),
  ];
}

function words(
  file: string,
  {
    rejection,
    targetCampaign,
    rows,
    recipients,
    invalid,
    duplicate,
    skipped,
    templates,
    attachments = {},
    ...how
  }: Checked,
) {
  const lines = [
    rejection?.code === 'MM217'
      ? `${file} could not be checked: a template's texts were not looked at.`
      : rejection
        ? `${file} would be rejected; nobody would be mailed.`
        : `${file} would be sent.`,
    ...(rejection ? [`${rejection.code}: ${rejection.message}`] : []),
    `${rows} rows: ${recipients} recipients, ${invalid} invalid, ${duplicate} duplicate`,
  ];
  if (targetCampaign !== undefined) {
    lines.push(
      `It belongs to the campaign ${targetCampaign} and continues it: who has that mail gets none. Only AWS knows who has.`,
    );
  }
  lines.push(...howRead(how));
  for (const [name, files] of Object.entries(attachments)) {
    const list = files.map(({ fileName, size }) => `${escapeControlCharacters(fileName)} (${size} bytes)`);
    lines.push(`With every mail of ${name} goes ${list.join(', ')}`);
  }
  for (const { line, code, reason } of skipped) lines.push(`  line ${line}: ${code}: ${reason}`);
  const more = invalid + duplicate - skipped.length;
  if (more > 0) lines.push(`  and ${more} more`);
  if (!templates)
    lines.push(
      'No templates were given (--app DIR or --templates DIR): whether every variable has a column was not checked.',
    );
  return `${lines.join('\n')}\n`;
}
