import { Resolver } from 'node:dns/promises';
import { isReservedName } from '../../lambda-src/domain/list/columns';
import { RESERVED_COLUMN_PREFIX } from '../../src/private/contract';
import { checkAll, unchecked } from '../doctor/checks';
import type { Finding } from '../doctor/finding';
import { awsPorts } from '../doctor/ports';
import { type Smoke, smoke } from '../doctor/smoke';
import { MAILER_OPTIONS, MAILER_USAGE } from '../shared/mailer';
import { Operator } from '../shared/operator';
import { parse, type Terminal } from '../shared/verb';

export const summary = 'checks whether the mailer can send, and says what to fix';

export const usage = `Usage: cdk-mailmatrix doctor --mailer STACK/ID [options]

Checks the account, the sender and its DNS records, the rules for uploads and for SES's events, the alert topic, the
dead-letter queues and the ledger. Changes nothing. Each line is ok, warning, error or "not checked", and says what to do.
A check is "not checked" if you lack a right for it; its line names the right.

  --smoke              sends a campaign to five addresses of SES's mailbox simulator, and checks that SES reports the
                       expected events: delivered, bounced, complained. No other recipient gets an email.
  --template NAME      with --smoke: the template. Default: the one that a list without a template gets
  --column NAME=VALUE  with --smoke: a column that the template needs, and its value. Repeatable
  --timeout SECONDS    with --smoke: how long to wait without a new event. Default: 300
${MAILER_USAGE}

Exit code: 0 no warning and no error, 1 a warning or an error, 2 nothing could be checked, or the smoke test failed to run.

  cdk-mailmatrix doctor --mailer Mail/Mailer
  cdk-mailmatrix doctor --mailer Mail/Mailer --smoke --template welcome --column name=Ann
`;

const OPTIONS = {
  ...MAILER_OPTIONS,
  smoke: { type: 'boolean' },
  template: { type: 'string' },
  column: { type: 'string', multiple: true },
  timeout: { type: 'string' },
} as const;

const DNS_MILLISECONDS = 3_000;
const TIMEOUT_SECONDS = 300;

export async function run(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse('doctor', args, OPTIONS);
  if (positionals.length > 0) throw new Error(`MM701: doctor: got ${positionals.length} operands, allowed is none`);
  const wanted = smokeOf(values);
  const operator = await Operator.of(values);
  const resolver = new Resolver({ timeout: DNS_MILLISECONDS, tries: 2 });
  const checkFindings = await checkAll(
    operator.connection,
    awsPorts(operator, (name) => resolver.resolveTxt(name)),
  );
  const smokeFindings = wanted ? await runSmoke(wanted, operator, terminal) : [];
  const findings = [...checkFindings, ...smokeFindings];
  const width = Math.max(...findings.map(({ level }) => level.length));
  const lines = findings.map(
    ({ level, check, says, todo }) =>
      `${level.padEnd(width)}  ${check}: ${says}${todo ? `\n${' '.repeat(width)}  -> ${todo}` : ''}`,
  );
  terminal.stdout.write(values.json ? `${JSON.stringify({ findings }, undefined, 2)}\n` : `${lines.join('\n')}\n`);
  const nothingChecked = (all: readonly Finding[]) => all.every(({ level }) => level === 'not checked');
  if (nothingChecked(wanted ? smokeFindings : checkFindings)) return 2;
  return findings.some(({ level }) => level === 'warning' || level === 'error') ? 1 : 0;
}

async function runSmoke(wanted: Smoke, operator: Operator, terminal: Terminal): Promise<readonly Finding[]> {
  try {
    return await smoke(wanted, operator, terminal);
  } catch (reason) {
    return [unchecked('smoke', reason, 'what BulkMailer.grantOperate and BulkMailer.grantHistory give')];
  }
}

interface SmokeValues {
  readonly smoke?: boolean;
  readonly template?: string;
  readonly column?: readonly string[];
  readonly timeout?: string;
}

function smokeOf({ smoke, template, column, timeout }: SmokeValues): Smoke | undefined {
  if (!smoke) {
    if (template === undefined && column === undefined && timeout === undefined) return undefined;
    throw new Error('MM701: doctor: --template, --column and --timeout are of --smoke');
  }
  return { template, columns: columnsOf(column ?? []), timeoutSeconds: secondsOf(timeout) };
}

function columnsOf(options: readonly string[]): Map<string, string> {
  const columns = new Map<string, string>();
  for (const text of options) {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    // A reserved column could assign the list to an existing campaign.
    if (!name.trim() || columns.has(name) || isReservedName(name))
      throw new Error(
        `MM701: --column: got ${JSON.stringify(text)}, allowed is NAME=VALUE, each name once, none that begins with ${RESERVED_COLUMN_PREFIX}`,
      );
    columns.set(name, value);
  }
  return columns;
}

function secondsOf(timeout: string | undefined): number {
  const seconds = Number(timeout ?? TIMEOUT_SECONDS);
  if (Number.isInteger(seconds) && seconds > 0) return seconds;
  throw new Error(`MM701: --timeout: got ${JSON.stringify(timeout)}, allowed is a whole number of seconds above 0`);
}
