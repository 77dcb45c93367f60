import { manyOptOuts, optOutWords } from '../../../lambda-src/domain/list/opt-outs/many-opt-outs';
import { mailerOfApp, withoutUndefined } from '../../preview/app-mailer';
import { check } from '../../preview/check-list';
import { lintTemplates, readTemplates } from '../../preview/templates';
import { agrees } from '../ask';
import { localFiles } from '../list/local-files';
import type { LocalList } from '../list/local-list';
import type { Operator } from '../operator';
import { Progress } from '../progress';
import type { Terminal } from '../verb';
import { encodingOf, hiddenOf, words } from './checked-list';

export interface CheckOptions {
  readonly mailer?: string;
  readonly template?: string;
  readonly encoding?: string;
  readonly 'email-column'?: string;
  readonly 'accept-rows-in-cells'?: boolean;
  readonly sheet?: string;
  readonly hidden?: string;
  readonly app?: string;
  readonly templates?: string;
  readonly 'many-opt-outs'?: boolean;
}

/** Checks a list with the mailer's settings before the upload, and prints the result. False if it must not be sent. */
export async function passesCheck(
  list: LocalList,
  campaign: string,
  options: CheckOptions,
  { connection }: Pick<Operator, 'connection'>,
  terminal: Terminal,
): Promise<boolean> {
  if (options.app !== undefined && options.templates !== undefined)
    throw new Error('MM701: send: --app and --templates are not used together: give one of them');
  const app = options.app === undefined ? undefined : await mailerOfApp(options.app, options.mailer);
  const { maxRecipients, ...ofMailer } = connection.list ?? {};
  const progress = new Progress(terminal.stderr);
  const checked = await check(
    {
      campaign,
      template: app || options.templates ? options.template : undefined,
      sheet: options.sheet,
      hidden: hiddenOf(options.hidden),
      templates: app
        ? lintTemplates(app.templates)
        : options.templates === undefined
          ? undefined
          : readTemplates(options.templates),
      attachments: app?.attachments,
      limits: withoutUndefined({ maxRecipients }),
      intake: withoutUndefined({
        ...ofMailer,
        ...withoutUndefined({
          encoding: encodingOf(options.encoding),
          emailColumn: options['email-column'],
          acceptRowsInCells: options['accept-rows-in-cells'],
        }),
      }),
    },
    localFiles(list, { onRead: (read, size) => progress.show(read, size) }),
  );
  progress.end();
  terminal.stderr.write(words(list.shown, checked));
  // MM217: templates in a bucket could not be read here; the mailer can read them.
  if (checked.rejection && checked.rejection.code !== 'MM217') {
    terminal.stderr.write('--no-check uploads it all the same; the mailer decides.\n');
    return false;
  }
  const optOuts = manyOptOuts(checked);
  if (!optOuts || options['many-opt-outs']) return true;
  const agreed = await agrees(`${optOutWords(optOuts)}. Is it the right list?`, terminal);
  if (agreed !== undefined) return agreed;
  throw new Error(
    `MM727: send: ${optOutWords(optOuts)}. If it is the right list, repeat the command with --many-opt-outs`,
  );
}
