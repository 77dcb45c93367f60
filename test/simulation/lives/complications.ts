import { pick, type Random } from '../../../local/random';
import type { Faults } from '../world/faults';
import type { Happening } from './happenings';
import { crowd, list, type Person } from './lists';

/** What people change their minds about, and what else comes between a list and its end. */
export const COMPLICATIONS = [
  'further list',
  'corrected list',
  'resend given up',
  'overlapping resends',
  'policy',
  'bucket',
  'key column',
  'identity',
  'second mailer',
  'foreign answers',
  'outage',
] as const;
export type Complication = (typeof COMPLICATIONS)[number];
/** While it lasts SES answers every request with 503 and takes none. */
export interface Outage {
  readonly at: number;
  readonly until: number;
  /** One list that is long enough to see where sending stops, and nothing else that goes wrong. */
  readonly long: boolean;
}

/** Another stack deploys a mailer with the same prefixes on the same bucket. */
export interface SecondMailer {
  readonly at: number;
  readonly sharesLedger: boolean;
  /** Its name, which may be the first one's. */
  readonly mailer: string;
}

export interface Complicated {
  readonly happenings: readonly Happening[];
  readonly faults: (drawn: Faults) => Faults;
  readonly outage?: Outage;
  readonly second?: SecondMailer;
}

const MINUTE = 60_000;

/** How likely each is. */
const LIKELY: { readonly [of in Complication]: number } = {
  'further list': 0.12,
  'corrected list': 0.06,
  'resend given up': 0.18,
  'overlapping resends': 0.07,
  policy: 0.08,
  bucket: 0.05,
  'key column': 0.12,
  identity: 0.04,
  'second mailer': 0.05,
  'foreign answers': 0.1,
  outage: 0.04,
};

interface Drawing {
  readonly next: Random;
  readonly of: ReadonlySet<Complication>;
  readonly people: readonly Person[];
  readonly seats: boolean;
  readonly keyColumn: boolean;
  readonly calmAt: number;
  /** A time before it is calm. */
  readonly sometime: () => number;
  readonly deployment: () => Extract<Happening, { kind: 'deploy' }>;
}

export function complications(drawing: Drawing): Complicated {
  const { next, of, people, seats, keyColumn, calmAt, sometime, deployment } = drawing;
  const often = (probability: number) => next() < probability;
  const has = (what: Complication) => often(LIKELY[what]) && of.has(what);
  const happenings: Happening[] = [];
  const add = (at: number, happening: Happening) => happenings.push({ ...happening, at: Math.min(calmAt - 1, at) });
  let ses: Partial<Faults['ses']> = {};

  if (has('further list')) {
    for (let more = often(0.3) ? 2 : 1; more > 0; more--) {
      const others = crowd(1 + Math.floor(3 * next()), seats, next, 'x');
      const some = people.filter(() => often(0.4));
      add(sometime(), { at: 0, kind: 'further', csv: list([...others, ...some], seats, next) });
    }
  }
  if (has('corrected list')) add(sometime() + MINUTE, { at: 0, kind: 'correct' });
  if (has('resend given up')) {
    ses = { unanswered: 0.3 + 0.6 * next() };
    const at = Math.floor(calmAt * (0.1 + 0.5 * next()));
    add(at, { at, kind: 'resendInDoubt' });
    const kind = pick(['cancel', 'cancel', 'pause', 'pause', 'pause', 'upload', 'delete', 'stop'] as const, next);
    const then = at + 100 * 30 ** next();
    add(then, kind === 'upload' ? { at, kind, csv: list(people, seats, next) } : { at, kind });
    if (kind === 'pause') add(then + 50 * 2_000 ** next(), { at, kind: pick(['cancel', 'goOn'] as const, next) });
    add(then + MINUTE * (1 + 3 * next()), { at, kind: 'retry' });
  }
  if (has('overlapping resends')) {
    ses = { unanswered: 0.2 + 0.5 * next() };
    const at = Math.floor(calmAt * (0.1 + 0.5 * next()));
    add(at, { at, kind: 'resendInDoubt' });
    add(at + 50 * 1_000 ** next(), { at, kind: 'resendInDoubt' });
  }
  if (has('policy')) {
    ses = { unanswered: 0.1 + 0.5 * next() };
    const at = sometime();
    add(at, { ...deployment(), at, inDoubt: pick(['hold', 'resend'] as const, next) });
    add(at + 50 * 2_000 ** next(), { at, kind: 'upload', csv: list(people, seats, next) });
  }
  const second = has('second mailer')
    ? { at: often(0.3) ? 0 : sometime(), sharesLedger: often(0.5), mailer: pick(['mailer', 'second'], next) }
    : undefined;
  // The second one stays with the first bucket.
  if (has('bucket') && !second) add(sometime(), { ...deployment(), otherBucket: true });
  if (has('key column') && seats)
    add(sometime(), { ...deployment(), keyColumn: keyColumn ? 'none' : 'seat', keeps: often(0.5) });
  if (has('identity')) add(sometime(), { ...deployment(), byUpload: true, keeps: often(0.5) });
  if (has('foreign answers')) ses = { ...ses, foreign: 0.1 + 0.5 * next() };

  const at = Math.min(calmAt - 1, often(0.3) ? 0 : sometime());
  const until = Math.min(calmAt, at + 50 * 30_000 ** next());
  const outage = has('outage') ? { at, until, long: often(0.5) } : undefined;
  return { happenings, faults: (drawn) => ({ ...drawn, ses: { ...drawn.ses, ...ses } }), outage, second };
}
