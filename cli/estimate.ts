import { sesPort } from '../lambda-src/aws/ses';
import { duration } from '../lambda-src/core/duration';
import { estimate, rateFor } from '../lambda-src/core/estimate';
import { asPlan, type Cost, costOf } from '../lambda-src/core/prices';
import { ownPerSecond } from '../lambda-src/core/rate-record';
import { check } from './check-list';
import { localFiles } from './local-files';
import { findMailer, MAILER_OPTIONS, MAILER_USAGE } from './mailer';
import { parse, type Terminal } from './verb';

export const summary = 'how long a list takes, what it costs, and what rate to ask AWS for';

export const usage = `Usage: cdk-mailmatrix estimate (FILE | --recipients NUMBER) [options]

How long it takes at the account's rate and daily quota, what it costs by service, and what to ask AWS for where that is too
long. With a mailer SES is asked; without one, say what the account is allowed.

  --recipients NUMBER   instead of a recipient list, of which the valid rows are counted
  --within HOURS        how long it may take; default: 24
  --per-second NUMBER, --daily-quota NUMBER    instead of what SES says; a quota of -1 is none
  --plan NAME           what the account pays SES by, NONE (a la carte), ESSENTIALS, PRO or ENTERPRISE; default: as SES
                        says, else NONE
  --attachments BYTES   of all attachments of a mail
  --email-column NAME   of a FILE, as intake.emailColumn
${MAILER_USAGE}

Prices are those of us-east-1 at the day that is printed; what a plan costs a month and free tiers are left out.

Exit code: 0 it is done in that time, 1 it takes longer, 2 it could not be estimated.

  cdk-mailmatrix estimate --recipients 100000 --mailer Mail/Mailer
  cdk-mailmatrix estimate people.csv --per-second 14 --daily-quota 50000 --within 8
`;

const OPTIONS = {
  ...MAILER_OPTIONS,
  recipients: { type: 'string' },
  within: { type: 'string' },
  'per-second': { type: 'string' },
  'daily-quota': { type: 'string' },
  plan: { type: 'string' },
  attachments: { type: 'string' },
  'email-column': { type: 'string' },
} as const;

type Values = ReturnType<typeof parse<typeof OPTIONS>>['values'];

export async function run(args: string[], { stdout }: Terminal): Promise<number> {
  const { values, positionals } = parse('estimate', args, OPTIONS);
  const recipients = await counted(values, positionals);
  const hours = number('--within', values.within, 0.01) ?? 24;
  const attachmentBytes = number('--attachments', values.attachments, 0);
  const account = await allowed(values);
  const takes = estimate(recipients, account.perSecond, account);
  const cost = costOf({ messages: recipients, attachmentBytes, ...account });
  const inTime = takes.seconds <= hours * 3600;
  const ask = inTime ? undefined : rateFor(recipients, hours);
  const told = { recipients, ...takes, within: hours, inTime, ask, cost };
  stdout.write(values.json ? `${JSON.stringify(told, undefined, 2)}\n` : `${words(told).join('\n')}\n`);
  return inTime ? 0 : 1;
}

/** Of a list: its valid rows, as the mailer would count them. */
async function counted(values: Values, [file, ...more]: readonly string[]): Promise<number> {
  const said = number('--recipients', values.recipients, 1);
  if (more.length > 0 || (file === undefined) === (said === undefined))
    throw new Error('MM701: estimate: a FILE or --recipients NUMBER, one of them');
  if (said !== undefined) return Math.round(said);
  const files = localFiles(file!, { onRead: () => {} });
  const intake = { emailColumn: values['email-column'], maxInvalidPercent: 100 };
  const { recipients, refusal } = await check({ file: file!, intake }, files);
  if (refusal) throw new Error(`${refusal.code}: ${file}: ${refusal.message}`);
  return recipients;
}

async function allowed(values: Values) {
  const perSecond = number('--per-second', values['per-second'], 0.01);
  const max24Hours = number('--daily-quota', values['daily-quota'], -1);
  const plan = values.plan === undefined ? undefined : asPlan(values.plan.toUpperCase());
  if (values.plan !== undefined && !plan)
    throw new Error(`MM701: --plan: got ${values.plan}, allowed are NONE, ESSENTIALS, PRO, ENTERPRISE`);
  if (values.mailer === undefined && values.config === undefined) {
    if (perSecond === undefined || max24Hours === undefined)
      throw new Error('MM701: estimate: --mailer or --config, or --per-second and --daily-quota');
    return { perSecond, max24Hours, sentLast24Hours: 0, plan };
  }
  const { rate } = await findMailer(values);
  const ses = sesPort();
  try {
    const account = await ses.account();
    return {
      perSecond: perSecond ?? ownPerSecond(rate ?? { accountShare: 1 }, account),
      max24Hours: max24Hours ?? account.max24Hours,
      sentLast24Hours: account.sentLast24Hours,
      plan: plan ?? account.plan,
    };
  } finally {
    ses.close();
  }
}

function number(option: string, value: string | undefined, min: number): number | undefined {
  if (value === undefined) return undefined;
  const parsed = value.trim() === '' ? Number.NaN : Number(value);
  if (Number.isFinite(parsed) && parsed >= min) return parsed;
  throw new Error(`MM701: ${option}: got ${value}, allowed is a number of at least ${min}`);
}

interface Told extends ReturnType<typeof estimate> {
  readonly recipients: number;
  readonly within: number;
  readonly ask?: ReturnType<typeof rateFor>;
  readonly cost: Cost;
}

const format = (count: number) => count.toLocaleString('en-US');
/** Of cents that are not there yet, what is there. */
const dollars = (amount: number) => `$${amount < 0.1 ? amount.toPrecision(2) : amount.toFixed(2)}`;

function words({ recipients, seconds, perSecond, quota, quotaLeft = 0, within, ask, cost }: Told): string[] {
  const by = quota === undefined ? '' : `, ${format(quota)} in 24 hours, ${format(quotaLeft)} of them now`;
  const plan = cost.plan === 'NONE' ? 'a la carte' : `by the plan ${cost.plan}`;
  return [
    `${format(recipients)} recipients: up to ${duration(seconds)}, at ${perSecond} a second${by}.`,
    ...(quota === 0 ? ['The account’s daily quota is 0: it may send nothing.'] : []),
    `About ${dollars(cost.dollars)}, SES ${plan}, prices of ${cost.region} of ${cost.pricesOf}:`,
    ...Object.entries(cost.services).map(([service, amount]) => `  ${service}: ${dollars(amount)}`),
    ...(ask
      ? [
          `To be done in ${duration(within * 3600)}, ask AWS (Service Quotas, Amazon SES) for ${ask.perSecond} a second and ${format(ask.in24Hours)} in 24 hours.`,
        ]
      : []),
  ];
}
