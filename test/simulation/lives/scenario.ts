import { pick, type Random } from '../../../local/random';
import { drawFaults, type Faults, NONE } from '../world/faults';
import { COMPLICATIONS, type Complication, complications, type Outage, type SecondMailer } from './complications';
import type { Happening } from './happenings';
import { crowd, list, type Person } from './lists';
import { OPERATIONS } from './operators';

export const BUCKET = 'lists';
export const PREFIX = 'campaigns/';
export const LIST = `${PREFIX}may.csv`;
export const MAILER = 'mailer';
/** Who the mailer is to the ledger and the bucket. */
export const OWNER = { mailer: MAILER, holder: '111122223333/eu-west-1/Mail', tableId: 'table-1' };
export const CAMPAIGN = `${MAILER}/may`;

const MINUTE = 60_000;

/** Until then the account is in the SES sandbox. */
export interface Sandbox {
  readonly until: number;
  readonly unverified: ReadonlySet<string>;
  readonly max24Hours: number;
}

export interface Scenario {
  readonly resend: boolean;
  readonly proven: boolean;
  readonly keyColumn?: string;
  /** Every upload is a campaign of its own. */
  readonly byUpload: boolean;
  readonly sandbox?: Sandbox;
  readonly perSecond: number;
  readonly shardSize: number;
  /** Addresses that SES refuses for good. */
  readonly bad: ReadonlySet<string>;
  readonly faults: Faults;
  /** How likely an event of an accepted message comes to be known. */
  readonly events: number;
  readonly happenings: readonly Happening[];
  /** When nothing goes wrong any more. */
  readonly calmAt: number;
  /** When mail may go out; minutes of the day. */
  readonly window?: { readonly opens: number; readonly closes: number };
  /** A list of all recipients. */
  readonly whole: string;
  /** Whether the last run begins with it; else the campaign is resumed. */
  readonly uploadedLast: boolean;
  readonly approving: boolean;
  /** Whether the list is uploaded once more, long after the last run. */
  readonly closes: boolean;
  readonly outage?: Outage;
  readonly second?: SecondMailer;
}

/** What is so in spite of the seed. */
export interface Circumstances {
  /** How likely each thing that an operator does is. */
  readonly operations?: number;
  readonly resend?: boolean;
  readonly proven?: boolean;
  /** How likely each person is to opt out. */
  readonly leaving?: number;
  readonly faults?: Partial<Faults>;
  /** Runs wait for an approval. */
  readonly approving?: boolean;
  /** The probability of a resend of doubts by a list of them. */
  readonly resending?: number;
  /** How likely each of two deployments is. */
  readonly deploying?: number;
  readonly complications?: readonly Complication[];
}

export function draw(next: Random, under: Circumstances = {}): Scenario {
  const between = (low: number, high: number) => Math.floor(low + next() * (high - low + 1));
  const often = (probability: number) => next() < probability;

  const resend = often(0.3);
  const proven = resend && often(0.6);
  const calmAt = between(1, 30) * MINUTE;
  const seats = often(0.25);
  const people = crowd(between(3, 8), seats, next);
  const emails = people.map(({ email }) => email);
  const bad = new Set(people.filter(() => often(0.1)).map(({ email }) => email.toLowerCase()));
  const first = people.slice(0, between(2, people.length));
  const csv = (of: readonly Person[]) => list(of, seats, next);

  const happenings: Happening[] = [
    { at: 0, kind: 'upload', csv: csv(first), ...(often(0.15) ? { sendIn: between(1, 60) * MINUTE } : {}) },
  ];
  const sometime = () => Math.min(calmAt - 1, Math.floor(50 * (often(0.5) ? 1_000 : 30_000) ** next()));
  if (often(0.35)) happenings.push({ at: sometime(), kind: 'upload', csv: csv(people) });
  if (often(0.2)) happenings.push({ at: sometime(), kind: 'stop' });
  for (const kind of OPERATIONS) if (often(under.operations ?? 0.12)) happenings.push({ at: sometime(), kind });
  for (let more = between(0, 2); more > 0 && often(0.5); more--) happenings.push({ at: sometime(), kind: 'resume' });
  const retries = often(0.25);
  if (retries) happenings.push({ at: Math.min(calmAt - 1, sometime() + MINUTE), kind: 'retry' });

  for (let more = 2; more > 0 && often(under.resending ?? 0.2); more--)
    happenings.push({ at: Math.min(calmAt - 1, sometime() + 2 * MINUTE), kind: 'resendInDoubt' });

  for (const { email } of people) {
    if (often(under.leaving ?? 0.12)) happenings.push({ at: often(0.1) ? 0 : sometime(), kind: 'leave', email });
  }

  if (often(0.06)) happenings.push({ at: sometime(), kind: 'delete' });
  for (let more = 2; more > 0 && often(under.deploying ?? 0.25); more--) {
    const inDoubt = often(0.3) ? pick(['hold', 'resend'] as const, next) : undefined;
    happenings.push({
      at: sometime(),
      kind: 'deploy',
      perSecond: pick([1, 5, 50, 400], next),
      inDoubt,
      shardSize: between(1, 4),
    });
  }
  const keyColumn = seats && often(0.75);
  const complicated = complications({
    ...{ next, people, seats, keyColumn, calmAt, sometime },
    of: new Set(under.complications ?? COMPLICATIONS),
    deployment: () => ({
      at: sometime(),
      kind: 'deploy',
      perSecond: pick([1, 5, 50, 400], next),
      shardSize: between(1, 4),
    }),
  });
  happenings.push(...complicated.happenings);
  const { outage, second } = complicated;
  if (outage?.long) return { ...longOutage(outage, calmAt, next), approving: under.approving ?? false };
  const sandbox = often(0.08)
    ? { until: sometime(), unverified: new Set(emails.filter(() => often(0.2))), max24Hours: between(1, 10) }
    : undefined;

  return {
    resend: under.resend ?? resend,
    proven: under.proven ?? proven,
    byUpload: often(0.12),
    sandbox,
    closes: often(0.05),
    keyColumn: keyColumn ? 'seat' : undefined,
    outage,
    second,
    perSecond: pick([1, 5, 50, 400], next),
    shardSize: between(1, 4),
    bad,
    faults: { ...complicated.faults(drawFaults(next)), ...under.faults },
    events: often(0.4) ? 0.7 * next() : 0,
    happenings,
    window: often(0.1) ? { opens: between(481, 520), closes: between(530, 1000) } : undefined,
    calmAt,
    // A retry file is a list of its own: only the whole list reaches recipients that it leaves out.
    whole: csv(people),
    uploadedLast: retries || often(0.3),
    approving: under.approving ?? false,
  };
}

/** A list long enough to see where sending stops, and nothing else that goes wrong. */
function longOutage(outage: Outage, calmAt: number, next: Random): Scenario {
  const people = crowd(80, false, next);
  const whole = ['email,name', ...people.map(({ email, name }) => `${email},${name}`), ''].join('\n');
  return {
    resend: false,
    proven: false,
    byUpload: false,
    perSecond: 5,
    shardSize: 100,
    bad: new Set(),
    faults: NONE,
    events: 0,
    happenings: [{ at: 0, kind: 'upload', csv: whole }],
    calmAt,
    whole,
    uploadedLast: false,
    approving: false,
    closes: false,
    outage,
  };
}
