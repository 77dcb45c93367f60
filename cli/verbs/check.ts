import { APP_OPTIONS, APP_USAGE, mailerOfApp, withoutUndefined } from '../preview/app-mailer';
import { check } from '../preview/check-list';
import { lintTemplates, readTemplates } from '../preview/templates';
import { encodingOf, hiddenOf, words } from '../shared/check/checked-list';
import { localFiles } from '../shared/list/local-files';
import { localList } from '../shared/list/local-list';
import { Progress } from '../shared/progress';
import { parse, type Terminal } from '../shared/verb';

export const summary = 'checks a recipient list locally, as the mailer does';

export const usage = `Usage: cdk-mailmatrix check FILE… [options]

Reports whether the mailer would accept a recipient list, and which rows are invalid. Several files are parts of one list.
Sends nothing. Calls AWS only to read templates that lie in buckets.

${APP_USAGE}
  --templates DIR            instead of --app: the folder of one template, or of several template folders
  --default-template NAME    as the prop defaultTemplate
  --template NAME            as the upload's metadata mailmatrix-template
  --email-column NAME, --template-column NAME, --locale-column NAME, --recipient-key-column NAME, --encoding NAME,
  --delimiter CHARACTER, --max-invalid-percent NUMBER
                             as the prop of that name in intake
  --accept-rows-in-cells     as intake.acceptRowsInCells
  --sheet NAME               the sheet of a workbook that holds the list, as the upload's metadata mailmatrix-sheet
  --hidden include|exclude   whether hidden and filtered rows of a workbook belong to the list, as mailmatrix-hidden
  --campaign MAILER/NAME     the campaign of a retry or invalid-rows file: rows of another campaign are invalid.
                             Default: the campaign of its first row, as on AWS
  --invalid FILE             writes the invalid rows to FILE, to be corrected
  --json                     prints JSON

Exit code: 0 the mailer would accept the list, 1 it would reject it, 2 the list could not be checked.

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
  sheet: { type: 'string' },
  hidden: { type: 'string' },
  campaign: { type: 'string' },
  invalid: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export async function run(args: string[], { stdout, stderr }: Terminal): Promise<number> {
  const { values, positionals } = parse('check', args, OPTIONS);
  const list = localList('check', positionals);
  if (values.app !== undefined && values.templates !== undefined)
    throw new Error('MM701: check: got --app and --templates, allowed is one of them');
  const app = values.app === undefined ? undefined : await mailerOfApp(values.app, values.mailer);
  const defaultTemplate = withoutUndefined({ defaultTemplate: values['default-template'] });
  const templates = app
    ? lintTemplates({ ...app.templates, ...defaultTemplate })
    : values.templates === undefined
      ? undefined
      : readTemplates(values.templates, values['default-template']);
  const progress = new Progress(stderr);
  const checked = await check(
    {
      template: values.template,
      sheet: values.sheet,
      hidden: hiddenOf(values.hidden),
      campaign: values.campaign,
      templates,
      attachments: app?.attachments,
      limits: app?.settings.limits,
      intake: withoutUndefined({
        ...app?.settings.intake,
        ...withoutUndefined({
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
    localFiles(list, {
      invalid: values.invalid,
      onRead: (read, size) => progress.show(read, size),
    }),
  );
  progress.end();
  stdout.write(
    values.json ? `${JSON.stringify({ file: list.shown, ...checked }, undefined, 2)}\n` : words(list.shown, checked),
  );
  // MM217: the list needs templates that could not be read, so its result is unknown.
  if (app && checked.rejection?.code === 'MM217') return 2;
  return checked.rejection ? 1 : 0;
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
