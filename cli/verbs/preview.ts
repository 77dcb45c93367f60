import { join } from 'node:path';
import { APP_OPTIONS, APP_USAGE } from '../preview/app-mailer';
import { templateOptions } from '../preview/options';
import { startPreview } from '../preview/server';
import { hiddenOf } from '../shared/check/checked-list';
import { onlyOperand, parse, type Terminal } from '../shared/verb';

export const summary = 'shows templates in a browser as recipients see them';

export const usage = `Usage: cdk-mailmatrix preview DIR [options]
       cdk-mailmatrix preview s3://BUCKET/PREFIX/ [options]
       cdk-mailmatrix preview --app DIR [options]

Serves a local page that shows the template in DIR, or the templates in its subfolders: at desktop and phone width, as an
inbox line, as text, in light and dark mode, for every row of a list, with the longest value of each column, and with and
without each section. It renders as the mailer does, with the linter's warnings, and reloads when you save a file. Only this machine can reach it. Emails run no scripts and load nothing from other hosts. Ctrl-C ends it.

  --csv FILE                 a recipient list, as CSV or as a workbook (.xlsx). Default: sample data
  --sheet NAME, --hidden include|exclude   the sheet of a workbook, and whether its hidden rows belong to the list
${APP_USAGE}
  --default COLUMN=VALUE     without --app: as the option defaults of a template; may be repeated
  --attachment [ID=]FILE     without --app: a file that is attached to every email, with its contentId; may be repeated
  --from MAILBOX             as the sender's fromAddress: "Example News <news@example.com>"
  --port NUMBER              the port. Default: any free port
  --remote-images            loads images from other hosts
  --email-column NAME, --template-column NAME, --locale-column NAME, --recipient-key-column NAME
                             as the prop of that name in intake

Exit code: 0 ended by you, 2 the preview could not start.

  cdk-mailmatrix preview templates --csv people.csv
`;

const OPTIONS = {
  ...APP_OPTIONS,
  csv: { type: 'string' },
  sheet: { type: 'string' },
  hidden: { type: 'string' },
  from: { type: 'string' },
  default: { type: 'string', multiple: true },
  attachment: { type: 'string', multiple: true },
  port: { type: 'string' },
  'remote-images': { type: 'boolean' },
  'email-column': { type: 'string' },
  'template-column': { type: 'string' },
  'locale-column': { type: 'string' },
  'recipient-key-column': { type: 'string' },
} as const;

/** Serves the preview until `until` resolves. */
export async function run(
  args: string[],
  { stdout }: Terminal,
  until: Promise<unknown> = interrupted(),
): Promise<number> {
  const { values, positionals } = parse('preview', args, OPTIONS);
  const { default: defaults = [], attachment: attachments = [] } = values;
  if (values.app !== undefined && defaults.length + attachments.length > 0) {
    throw new Error(
      'MM701: preview: --default and --attachment are not for --app, which has the options of its templates',
    );
  }
  const preview = await startPreview({
    directory: directoryOf(positionals, values.app),
    app: values.app !== undefined,
    mailer: values.mailer,
    csv: values.csv,
    sheet: values.sheet,
    hidden: hiddenOf(values.hidden),
    from: values.from ?? (values.app === undefined ? 'Your Sender <sender@example.com>' : undefined),
    port: portOf(values.port),
    remoteImages: values['remote-images'],
    intake: {
      emailColumn: values['email-column'],
      templateColumn: values['template-column'],
      localeColumn: values['locale-column'],
      recipientKeyColumn: values['recipient-key-column'],
    },
    template: values.app === undefined ? templateOptions(defaults, attachments) : undefined,
    page: join(__dirname, 'preview'),
  });
  stdout.write(`${preview.url}\n`);
  await until;
  await preview.close();
  return 0;
}

function directoryOf(positionals: readonly string[], app: string | undefined): string {
  if (app === undefined) return onlyOperand('preview', 'folder', positionals);
  if (positionals.length === 0) return app;
  throw new Error('MM701: preview: got a folder and --app, allowed is one of them');
}

const interrupted = () =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve);
  });

function portOf(text: string | undefined): number {
  const port = Number(text ?? 0);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535 && text?.trim() !== '') return port;
  throw new Error(`MM701: --port: got ${JSON.stringify(text)}, allowed is a whole number from 0 to 65535`);
}
