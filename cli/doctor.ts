import { Resolver } from 'node:dns/promises';
import { checkAll } from './doctor/checks';
import { awsPorts } from './doctor/ports';
import { MAILER_OPTIONS, MAILER_USAGE } from './mailer';
import { Operator } from './operator';
import { parse, type Terminal } from './verb';

export const summary = 'whether the mailer can send, and what to do where it cannot';

export const usage = `Usage: cdk-mailmatrix doctor --mailer STACK/ID [options]

Looks at all that mail needs and changes nothing: the account, the sender and its DNS records, the way of SES's events, the
alert topic, dead letters, the table. Each line is ok, warning, error or "not checked", and says what to do. What may not
be read is not checked, and says which right is missing.

${MAILER_USAGE}

Exit code: 0 there is nothing to do, 1 there is a warning or an error, 2 nothing could be checked.

  cdk-mailmatrix doctor --mailer Mail/Mailer
`;

const DNS_MILLISECONDS = 3_000;

export async function run(args: string[], { stdout }: Terminal): Promise<number> {
  const { values, positionals } = parse('doctor', args, MAILER_OPTIONS);
  if (positionals.length > 0) throw new Error(`MM701: doctor: got ${positionals.length} operands, allowed is none`);
  const operator = await Operator.of(values);
  const resolver = new Resolver({ timeout: DNS_MILLISECONDS, tries: 2 });
  const findings = await checkAll(
    operator.connection,
    awsPorts(operator, (name) => resolver.resolveTxt(name)),
  );
  const width = Math.max(...findings.map(({ level }) => level.length));
  const lines = findings.map(
    ({ level, check, says, todo }) =>
      `${level.padEnd(width)}  ${check}: ${says}${todo ? `\n${' '.repeat(width)}  -> ${todo}` : ''}`,
  );
  stdout.write(values.json ? `${JSON.stringify({ findings }, undefined, 2)}\n` : `${lines.join('\n')}\n`);
  if (findings.every(({ level }) => level === 'not checked')) return 2;
  return findings.some(({ level }) => level === 'warning' || level === 'error') ? 1 : 0;
}
