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

export const summary = 'whether the mailer can send, and what to do where it cannot';

export const usage = `Usage: cdk-mailmatrix doctor --mailer STACK/ID [options]

Looks at all that mail needs and changes nothing: the account, the sender and its DNS records, the way of uploads and of
SES's events, the alert topic, dead letters, the table. Each line is ok, warning, error or "not checked", and says what to
do. What may not be read is not checked, and says which right is missing.

  --smoke              mails five addresses of SES's mailbox simulator, and nobody else, by a campaign of its own, and
                       follows each to what becomes of it: delivered, bounced, complained about
  --template NAME      of --smoke: the template; else as of any list
  --column NAME=VALUE  of --smoke: a column of its list, for what the template needs; as often as there are columns
  --timeout SECONDS    of --smoke: gives up where nothing new comes for so long; 300 if not said
${MAILER_USAGE}

Exit code: 0 there is nothing to do, 1 there is a warning or an error, 2 nothing could be checked, or no smoke test made.

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
  const looked = await checkAll(
    operator.connection,
    awsPorts(operator, (name) => resolver.resolveTxt(name)),
  );
  const smoked = wanted ? await tried(wanted, operator, terminal) : [];
  const findings = [...looked, ...smoked];
  const width = Math.max(...findings.map(({ level }) => level.length));
  const lines = findings.map(
    ({ level, check, says, todo }) =>
      `${level.padEnd(width)}  ${check}: ${says}${todo ? `\n${' '.repeat(width)}  -> ${todo}` : ''}`,
  );
  terminal.stdout.write(values.json ? `${JSON.stringify({ findings }, undefined, 2)}\n` : `${lines.join('\n')}\n`);
  const unlooked = (all: readonly Finding[]) => all.every(({ level }) => level === 'not checked');
  if (unlooked(wanted ? smoked : looked)) return 2;
  return findings.some(({ level }) => level === 'warning' || level === 'error') ? 1 : 0;
}

async function tried(wanted: Smoke, operator: Operator, terminal: Terminal): Promise<readonly Finding[]> {
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

function columnsOf(given: readonly string[]): Map<string, string> {
  const columns = new Map<string, string>();
  for (const text of given) {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    // A column of ours would make it a part of somebody's campaign.
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
