import { sesPort } from '../../lambda-src/aws/ses';
import { estimate } from '../../lambda-src/domain/cost/estimate';
import { type Cost, costOf, PLANS, type Plan, PRICES_OF } from '../../lambda-src/domain/cost/prices';
import type { Account } from '../../lambda-src/domain/ports';
import { formatDuration } from '../../lambda-src/domain/text/duration';
import { formatCount } from '../../lambda-src/domain/text/format-count';
import { findMailer, MAILER_OPTIONS, MAILER_USAGE, perSecondOf } from '../shared/mailer';
import { parse, type Terminal } from '../shared/verb';

export const summary = 'estimates how long a list takes to send, and what it costs';

export const usage = `Usage: cdk-mailmatrix estimate --recipients NUMBER [options]

Estimates the sending time from the account's send rate and daily quota, if no other application sends, and the cost at AWS's
list prices. With --mailer or --config the command reads both from the account; otherwise, give --per-second.

  --recipients NUMBER  the number of recipients
  --per-second NUMBER  the send rate in emails a second. Default: the mailer's share of the account's rate
  --per-day NUMBER     the daily quota in emails. Default: the account's, or none without a mailer
  --plan NAME          the SES plan: none (pay as you go), essentials, pro, enterprise. Default: the account's, or none
  --within HOURS       prints the rate and quota that sending within this time needs. Default: 24
${MAILER_USAGE}

Exit code: 0 estimated, 2 the command failed.

  cdk-mailmatrix estimate --recipients 250000 --mailer Mail/Mailer
  cdk-mailmatrix estimate --recipients 250000 --per-second 14 --per-day 50000 --within 8
`;

const OPTIONS = {
  ...MAILER_OPTIONS,
  recipients: { type: 'string' },
  'per-second': { type: 'string' },
  'per-day': { type: 'string' },
  plan: { type: 'string' },
  within: { type: 'string' },
} as const;

const UNLIMITED = -1;
const DAY_HOURS = 24;

type Allowed = Pick<Account, 'max24Hours' | 'sentLast24Hours' | 'plan'> & { readonly perSecond: number };

export async function run(args: string[], { stdout }: Terminal): Promise<number> {
  const { values, positionals } = parse('estimate', args, OPTIONS);
  if (positionals.length > 0) throw new Error(`MM701: estimate: got ${positionals[0]}, allowed are options`);
  const recipients = number('--recipients', values.recipients);
  if (recipients === undefined) throw new Error('MM701: --recipients: got nothing, allowed is a number above 0');
  const asked = values.mailer === undefined && values.config === undefined ? undefined : await ask(values);
  const perSecond = number('--per-second', values['per-second']) ?? asked?.perSecond;
  if (perSecond === undefined)
    throw new Error('MM701: how fast? --mailer STACK/ID asks the account, --per-second NUMBER says it');
  const allowed: Allowed = {
    perSecond,
    max24Hours: number('--per-day', values['per-day']) ?? asked?.max24Hours ?? UNLIMITED,
    sentLast24Hours: asked?.sentLast24Hours ?? 0,
    plan: plan(values.plan) ?? asked?.plan ?? 'NONE',
  };
  const estimated = estimateOf(recipients, allowed, number('--within', values.within));
  stdout.write(values.json ? `${JSON.stringify(estimated, undefined, 2)}\n` : `${words(estimated).join('\n')}\n`);
  return 0;
}

async function ask(options: Parameters<typeof findMailer>[0]): Promise<Allowed> {
  const mailer = await findMailer(options);
  const ses = sesPort();
  try {
    const account = await ses.account();
    return { ...account, perSecond: perSecondOf(mailer, account.maxPerSecond) };
  } finally {
    ses.close();
  }
}

interface Estimate extends Required<Allowed> {
  readonly recipients: number;
  readonly seconds: number;
  readonly cost: Cost;
  readonly pricesOf: string;
  /** The rate and quota that would be enough, if sending takes longer than wanted. */
  readonly askFor?: { readonly withinHours: number; readonly perSecond: number; readonly perDay: number };
}

function estimateOf(recipients: number, allowed: Allowed, within?: number): Estimate {
  const { perSecond, max24Hours, sentLast24Hours, plan = 'NONE' } = allowed;
  const { seconds } = estimate(recipients, perSecond, allowed);
  const withinHours = within ?? DAY_HOURS;
  return {
    ...{ recipients, perSecond, max24Hours, sentLast24Hours, plan, seconds },
    cost: costOf(recipients, perSecond, plan),
    pricesOf: PRICES_OF,
    ...(seconds > withinHours * 3_600 ? { askFor: enough(recipients, withinHours, allowed) } : {}),
  };
}

const enough = (recipients: number, withinHours: number, { perSecond, max24Hours }: Allowed): Estimate['askFor'] => ({
  withinHours,
  perSecond: Math.max(perSecond, Math.ceil(recipients / (withinHours * 3_600))),
  perDay: Math.max(max24Hours, Math.ceil(recipients / Math.max(1, Math.floor(withinHours / DAY_HOURS)))),
});

const SERVICES: { readonly [S in keyof Cost]: string } = {
  ses: 'SES',
  dynamoDb: 'DynamoDB',
  lambda: 'Lambda',
  stepFunctions: 'Step Functions',
  sqs: 'SQS',
  s3: 'S3',
};

function words({
  recipients,
  perSecond,
  max24Hours,
  sentLast24Hours,
  plan,
  seconds,
  cost,
  askFor,
}: Estimate): string[] {
  const quota =
    max24Hours === UNLIMITED
      ? 'no daily quota'
      : `a daily quota of ${formatCount(max24Hours)}${sentLast24Hours > 0 ? `, ${formatCount(sentLast24Hours)} of it used` : ''}`;
  const { name, monthly } = PLANS[plan];
  const sum = Object.values(cost).reduce((all, dollars) => all + dollars, 0);
  return [
    `${formatCount(recipients)} recipients take about ${formatDuration(seconds)}, at ${formatCount(perSecond)} messages a second and ${quota}.`,
    `They cost about $${sum.toFixed(2)}, by list prices of us-east-1 in ${PRICES_OF} and SES's plan ${name}:`,
    ...Object.entries(SERVICES).map(
      ([key, service]) => `  ${service.padEnd(16)}$${cost[key as keyof Cost].toFixed(2)}`,
    ),
    ...(monthly === undefined ? [] : [`and the plan itself $${monthly} a month.`]),
    ...(askFor
      ? [
          `To be through in ${askFor.withinHours} hours, ask AWS for ${formatCount(askFor.perSecond)} messages a second and a daily quota of ` +
            `${formatCount(askFor.perDay)}: in the console of Service Quotas, under Amazon Simple Email Service.`,
        ]
      : []),
  ];
}

function number(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() && value > 0 && Number.isFinite(value)) return value;
  throw new Error(`MM701: ${option}: got ${JSON.stringify(text)}, allowed is a number above 0`);
}

function plan(text: string | undefined): Plan | undefined {
  if (text === undefined) return undefined;
  const name = text.toUpperCase();
  if (Object.hasOwn(PLANS, name)) return name as Plan;
  const names = Object.keys(PLANS).join(', ').toLowerCase();
  throw new Error(`MM701: --plan: got ${JSON.stringify(text)}, allowed are ${names}`);
}
