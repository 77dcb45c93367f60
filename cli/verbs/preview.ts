import { join } from 'node:path';
import { APP_OPTIONS, APP_USAGE } from '../preview/app-mailer';
import { startPreview } from '../preview/server';
import { hiddenOf } from '../shared/check/checked-list';
import { onlyOperand, parse, type Terminal } from '../shared/verb';

export const summary = 'shows templates as recipients will see them, in a browser';

export const usage = `Usage: cdk-mailmatrix preview DIR [options]
       cdk-mailmatrix preview --app DIR [options]

Opens a local page with the template in DIR, or with those in its folders: at desktop and phone width, in the inbox, as text,
for every row of a list, with and without each section. It renders as the mailer does, follows what you save, and is
reachable from this machine only. Mails run no scripts and load nothing from elsewhere. Ctrl-C ends it.

  --csv FILE                 a recipient list, also a workbook (.xlsx); without one, people are made up
  --sheet NAME, --hidden include|exclude   of a workbook: the sheet that is the list, and what hidden rows mean
${APP_USAGE}
  --from MAILBOX             as the sender's fromAddress: "Example News <news@example.com>"
  --port NUMBER              default: any free one
  --remote-images            loads pictures that lie elsewhere
  --email-column NAME, --template-column NAME, --locale-column NAME, --recipient-key-column NAME
                             as in intake

Exit code: 0 it was ended, 2 it could not be begun.

  cdk-mailmatrix preview templates --csv people.csv
`;

const OPTIONS = {
  ...APP_OPTIONS,
  csv: { type: 'string' },
  sheet: { type: 'string' },
  hidden: { type: 'string' },
  from: { type: 'string' },
  port: { type: 'string' },
  'remote-images': { type: 'boolean' },
  'email-column': { type: 'string' },
  'template-column': { type: 'string' },
  'locale-column': { type: 'string' },
  'recipient-key-column': { type: 'string' },
} as const;

/** Ends when it is told to. */
export async function run(
  args: string[],
  { stdout }: Terminal,
  until: Promise<unknown> = interrupted(),
): Promise<number> {
  const { values, positionals } = parse('preview', args, OPTIONS);
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
