import { workersFor } from './workers';

/** As `GetAccount` names it: `NONE` is à la carte. */
export type SesPlan = 'NONE' | 'ESSENTIALS' | 'PRO' | 'ENTERPRISE';

/**
 * US dollars, of us-east-1; other Regions differ by some percent in everything but SES. SES: AWS's price list of
 * 2026-07-22, https://aws.amazon.com/ses/pricing/; the others: their pages https://aws.amazon.com/…/pricing/. Free tiers and
 * what a plan costs a month are left out: they are not of one campaign.
 */
export const PRICES = {
  asOf: '2026-07-22',
  region: 'us-east-1',
  source: 'https://aws.amazon.com/ses/pricing/',
  /** A recipient, up to so many in a month. */
  ses: {
    NONE: [[Number.POSITIVE_INFINITY, 0.0001]],
    ESSENTIALS: [
      [10_000_000, 0.00016],
      [100_000_000, 0.00014],
      [Number.POSITIVE_INFINITY, 0.00011],
    ],
    PRO: [
      [10_000_000, 0.00022],
      [100_000_000, 0.00017],
      [Number.POSITIVE_INFINITY, 0.00012],
    ],
    ENTERPRISE: [
      [10_000_000, 0.00023],
      [100_000_000, 0.00018],
      [Number.POSITIVE_INFINITY, 0.00013],
    ],
  } satisfies Record<SesPlan, readonly (readonly [upTo: number, price: number])[]>,
  /** A GB of attachments as they are on their way; à la carte. The list has no such price of a plan: reckoned likewise. */
  attachmentGigabyte: 0.12,
  lambdaGigabyteSecond: 0.0000133334,
  lambdaRequest: 0.0000002,
  stateTransition: 0.000025,
  tableWrite: 0.000000625,
  tableRead: 0.000000125,
  bucketWrite: 0.000005,
  queueRequest: 0.0000004,
} as const;

/** What a message takes of each, at the least: read from the code, not from a bill. */
const USE = {
  /** Claim, mark, and the tracker's two: accepted and delivered. */
  tableWrites: 4,
  /** Record, preferences, and Settle's. */
  tableReads: 3,
  /** SES's two events: in one by one, out and away by ten. */
  queueRequests: 2.4,
  /** A thousand recipients: call, choice and end of the children of Send and Settle. */
  transitionsOfShard: 8,
  bucketWritesOfShard: 6,
  shard: 1000,
  sendGigabytes: 0.5,
  /** Of Plan, Settle, Track and Report together. */
  otherGigabyteSeconds: 0.0005,
  /** Base64, with its line ends. */
  attachmentGrowth: 1.37,
} as const;

export interface CostOf {
  readonly messages: number;
  /** @default 'NONE' */
  readonly plan?: SesPlan;
  /** Of all attachments of one message, as files. */
  readonly attachmentBytes?: number;
  /** The slower, the longer a worker waits for its slots. @default 14 */
  readonly perSecond?: number;
}

export interface Cost {
  /** Dollars by service; those without any are left out. */
  readonly services: { readonly [service: string]: number };
  readonly dollars: number;
  readonly plan: SesPlan;
  readonly pricesOf: string;
  readonly region: string;
}

/** What a campaign costs that is accepted by SES so often. SES's tiers are of the month: what was sent in it is not known here. */
export function costOf({ messages, plan = 'NONE', attachmentBytes = 0, perSecond = 14 }: CostOf): Cost {
  const shards = Math.ceil(messages / USE.shard);
  const workerSeconds = (messages / perSecond) * workersFor(perSecond, shards);
  const services = {
    SES: sesOf(messages, plan),
    'SES attachments': ((messages * attachmentBytes * USE.attachmentGrowth) / 2 ** 30) * PRICES.attachmentGigabyte,
    Lambda:
      (workerSeconds * USE.sendGigabytes + messages * USE.otherGigabyteSeconds) * PRICES.lambdaGigabyteSecond +
      shards * 3 * PRICES.lambdaRequest,
    DynamoDB: messages * (USE.tableWrites * PRICES.tableWrite + USE.tableReads * PRICES.tableRead),
    'Step Functions': shards * USE.transitionsOfShard * PRICES.stateTransition,
    SQS: messages * USE.queueRequests * PRICES.queueRequest,
    S3: shards * USE.bucketWritesOfShard * PRICES.bucketWrite,
  };
  const some = Object.entries(services).filter(([, dollars]) => dollars > 0);
  const dollars = some.reduce((sum, [, one]) => sum + one, 0);
  return { services: Object.fromEntries(some), dollars, plan, pricesOf: PRICES.asOf, region: PRICES.region };
}

function sesOf(messages: number, plan: SesPlan): number {
  let [dollars, below] = [0, 0];
  for (const [upTo, price] of PRICES.ses[plan]) {
    if (messages > below) dollars += (Math.min(messages, upTo) - below) * price;
    below = upTo;
  }
  return dollars;
}

export const asPlan = (name: string | undefined): SesPlan | undefined =>
  name !== undefined && Object.hasOwn(PRICES.ses, name) ? (name as SesPlan) : undefined;
