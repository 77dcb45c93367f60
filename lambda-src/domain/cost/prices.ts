import { SHARD_RECIPIENTS } from '../../../src/private/contract';
import { workersFor } from '../rate/workers';

/** SES's pricing plans, by SES's names. One applies per account and Region. */
export type Plan = 'NONE' | 'ESSENTIALS' | 'PRO' | 'ENTERPRISE';

interface PlanPrice {
  readonly name: string;
  /** US dollars per 1,000 emails, up to a number of emails per month. */
  readonly tiers: readonly (readonly [upTo: number, dollars: number])[];
  readonly monthly?: number;
}

/** When the prices below were read. */
export const PRICES_OF = 'November 2026';

/**
 * US dollars, without attachments, dedicated IP addresses and taxes. The same in all Regions.
 * https://aws.amazon.com/ses/pricing/
 */
export const PLANS: { readonly [P in Plan]: PlanPrice } = {
  NONE: { name: 'à la carte', tiers: [[Number.POSITIVE_INFINITY, 0.1]] },
  ESSENTIALS: {
    name: 'Essentials',
    tiers: [
      [10_000_000, 0.16],
      [100_000_000, 0.14],
      [Number.POSITIVE_INFINITY, 0.11],
    ],
  },
  PRO: {
    name: 'Pro',
    tiers: [
      [10_000_000, 0.22],
      [100_000_000, 0.17],
      [Number.POSITIVE_INFINITY, 0.12],
    ],
    monthly: 105,
  },
  ENTERPRISE: {
    name: 'Enterprise',
    tiers: [
      [10_000_000, 0.23],
      [100_000_000, 0.18],
      [Number.POSITIVE_INFINITY, 0.13],
    ],
    monthly: 500,
  },
};

/** Prices of other services in US dollars, in us-east-1. Other Regions cost up to half as much more. */
const PRICES = {
  /** https://aws.amazon.com/lambda/pricing/, on ARM */
  lambdaRequest: 0.2e-6,
  lambdaGigabyteSecond: 0.0000133334,
  /** https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  write: 0.625e-6,
  read: 0.125e-6,
  /** https://aws.amazon.com/step-functions/pricing/, Standard */
  transition: 0.025e-3,
  /** https://aws.amazon.com/sqs/pricing/ */
  queueRequest: 0.4e-6,
  /** https://aws.amazon.com/s3/pricing/ */
  put: 0.005e-3,
} as const;

/**
 * Per email. Writes: the claim and the result. Reads: the record and preferences before sending, the record after it.
 */
const WRITES = 2;
const READS = 3;
/** SES events per email: a send, a delivery, and occasionally a bounce, complaint or open. */
const EVENTS = 2.2;
/** Reads and queue requests per event. A call handles ten events. */
const EVENT_READS = 1;
const EVENT_REQUESTS = 1.2;
const EVENTS_A_CALL = 10;
const TRACK_SECONDS = 0.1;
/** State transitions per shard, in both maps. */
const TRANSITIONS = 8;
/** S3 writes per shard: the shard, its outcomes, and the maps' results. */
const PUTS = 4;
const GIGABYTES = 0.5;

export interface Cost {
  readonly ses: number;
  readonly dynamoDb: number;
  readonly lambda: number;
  readonly stepFunctions: number;
  readonly sqs: number;
  readonly s3: number;
}

const cents = (dollars: number): number => Math.round(dollars * 100) / 100;

/** Returns SES's price in US dollars, as the first emails of a month and without the plan's monthly price. */
export function dollarsFor(mails: number, plan: Plan = 'NONE'): number {
  let [dollars, below] = [0, 0];
  for (const [upTo, price] of PLANS[plan].tiers) {
    dollars += (Math.max(0, Math.min(mails, upTo) - below) / 1_000) * price;
    below = upTo;
  }
  return cents(dollars);
}

/** Returns the cost of this many emails at this rate in emails per second, including their SES events. */
export function costOf(mails: number, perSecond: number, plan: Plan = 'NONE'): Cost {
  const shards = Math.ceil(mails / SHARD_RECIPIENTS);
  const sending = (mails / perSecond) * workersFor(perSecond, shards);
  const tracking = (mails * EVENTS) / EVENTS_A_CALL;
  const { lambdaRequest, lambdaGigabyteSecond } = PRICES;
  return {
    ses: dollarsFor(mails, plan),
    dynamoDb: cents(mails * ((WRITES + EVENTS) * PRICES.write + (READS + EVENTS * EVENT_READS) * PRICES.read)),
    lambda: cents(
      (sending + tracking * TRACK_SECONDS) * GIGABYTES * lambdaGigabyteSecond + (2 * shards + tracking) * lambdaRequest,
    ),
    stepFunctions: cents(shards * TRANSITIONS * PRICES.transition),
    sqs: cents(mails * EVENTS * EVENT_REQUESTS * PRICES.queueRequest),
    s3: cents(shards * PUTS * PRICES.put),
  };
}
