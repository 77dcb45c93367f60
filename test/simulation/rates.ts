import { pauseCampaign, resumeCampaign } from '../../lambda-src/domain/campaign/control';
import { campaignDigest, recipientKey } from '../../lambda-src/domain/ledger/keys';
import type { Mail } from '../../lambda-src/domain/ports';
import type { Summary } from '../../lambda-src/functions/report/summary';
import { FORMAT, LAYOUT, type ListRef, type Settings, TAGS } from '../../src/private/contract';
import { RateJudge } from './judge/rate-judge';
import { BUCKET, MAILER, PREFIX } from './lives/scenario';
import { Bucket } from './world/bucket';
import type { Deployed } from './world/deployed';
import { Execution } from './world/execution';
import { type Faults, NONE } from './world/faults';
import { Functions } from './world/functions';
import { Ledger } from './world/ledger';
import { SENDER, SimulatedSes, tagOf } from './world/ses';
import { inOutage, type SesOutage } from './world/ses-outage';
import { parseMachine } from './world/states';
import { START, World } from './world/world';

export interface RatedCampaign {
  readonly recipients: number;
  /** Milliseconds from the beginning. */
  readonly at?: number;
  readonly mailer?: string;
  /** Of the mailer; else all of the account's. */
  readonly maxPerSecond?: number;
  readonly paused?: { readonly at: number; readonly until: number };
}

export interface Rated {
  readonly seed: number;
  readonly perSecond: number;
  readonly campaigns: readonly RatedCampaign[];
  readonly shardSize?: number;
  readonly faults?: Partial<Faults>;
  /** The quota of 24 hours, until it is raised. */
  readonly quota?: { readonly messages: number; readonly until: number };
  /** The ledger answers no request, and then all at once. */
  readonly outage?: { readonly at: number; readonly until: number };
  readonly sesOutage?: SesOutage;
  readonly listener?: (line: string) => void;
}

export interface Request {
  readonly at: number;
  readonly campaign: number;
}

export interface Ended {
  /** The first promise that was broken. */
  readonly wrong?: string;
  /** Every request as it left, milliseconds from the beginning. */
  readonly requests: readonly Request[];
  readonly accepted: number;
  readonly twice: number;
  readonly summaries: readonly (Summary | undefined)[];
  /** GetAccount. */
  readonly asked: number;
}

const STEPS = 400_000;
/** Of a mailer's own bound, where others share the line: see docs/sending.md. */
const OWN = 1.35;

/** Several campaigns, and mailers, on one ledger: the deployed machine, its functions, an account with a rate and a quota. */
export async function rated(scenario: Rated, deployed: Deployed): Promise<Ended> {
  const { seed, perSecond, campaigns, shardSize = 40, quota } = scenario;
  const world = new World(seed, { ...NONE, ...scenario.faults }, scenario.listener);
  const bucket = new Bucket();
  let wrong: string | undefined;
  let asked = 0;
  const requests: Request[] = [];
  const names = campaigns.map((_, at) => `list-${at}`);
  const ledger = new Ledger(world, () => {});
  const reach = ledger.port.bind(ledger);
  ledger.port = (process) => {
    const store = reach(process);
    const { at = 0, until = 0 } = scenario.outage ?? {};
    const up = async () => {
      if (world.now < START + at || world.now >= START + until) return;
      await new Promise<void>((resolve) => world.after(START + until - world.now, resolve));
    };
    return {
      read: (keys) => up().then(() => store.read(keys)),
      query: (...of) => up().then(() => store.query(...of)),
      write: (update) => up().then(() => store.write(update)),
    };
  };
  const account = new RateJudge(() => perSecond);
  const mailers = new Map<string, RateJudge>();
  const byPk = new Map<string, number>();
  const taken = new Map<string, number>();
  const onRequest = (pk: string) => {
    const campaign = byPk.get(pk)!;
    const { mailer = 'mail' } = campaigns[campaign]!;
    requests.push({ at: world.now - START, campaign });
    wrong ??= account.onRequest(world.now) ?? mailers.get(mailer)!.onRequest(world.now);
  };
  const simulatedSes = new SimulatedSes(
    world,
    new Set(),
    Number.POSITIVE_INFINITY,
    ({ pk }) => taken.set(pk, (taken.get(pk) ?? 0) + 1),
    onRequest,
  );
  simulatedSes.service.account.set({ maxPerSecond: perSecond, max24Hours: quota?.messages ?? 1e9 });
  if (quota) world.after(quota.until, () => simulatedSes.service.account.set({ max24Hours: 1e9 }));
  const real = simulatedSes.port.bind(simulatedSes);
  const counted = <T>(question: () => T): T => {
    asked++;
    return question();
  };
  simulatedSes.port = (process) => {
    const { sesOutage } = scenario;
    const outageOf = { world, process, onRequest: (mail: Mail) => onRequest(tagOf(mail, TAGS.recipient)) };
    const ses = sesOutage ? inOutage(real(process), sesOutage, outageOf) : real(process);
    return { ...ses, account: () => counted(ses.account) };
  };
  const executions: Execution[] = [];
  const machine = parseMachine(deployed.definition);

  for (const [at, campaign] of campaigns.entries()) {
    const { mailer = 'mail', maxPerSecond, recipients } = campaign;
    const others = campaigns.some((other) => (other.mailer ?? 'mail') !== mailer);
    const own = Math.min(perSecond, maxPerSecond ?? perSecond);
    mailers.set(mailer, new RateJudge(() => own * (others && own < perSecond ? OWN : 1)));
    const settings: Settings = {
      v: FORMAT,
      mailer: MAILER,
      intake: {
        prefix: PREFIX,
        encoding: 'utf-8',
        delimiter: ',',
        maxRows: 10_000,
        maxBytes: 1 << 24,
        maxInvalidPercent: 0,
      },
      rate: { maxPerSecond, accountShare: 1 },
      inDoubt: 'hold',
      closesAfterDays: 30,
      tracking: { periodSeconds: 0, maxBouncePercent: 100, maxComplaintPercent: 100, breakerMinimum: 1000 },
    };
    const functions = new Functions(
      {
        world,
        ledger,
        bucket,
        simulatedSes,
        settings,
        templates: {
          v: FORMAT,
          templates: { welcome: { subject: 'Hello 1', text: 'Hello', fromAddress: `news@${SENDER}`, replyTo: [] } },
          identities: [SENDER],
        },
        shardSize,
        mailer,
        ids: `${at}-`,
        hasEnded: () => false,
        onHeldClaim: () => {},
        onViolation: () => {},
        onNotice: () => {},
        onThrow: (error) => {
          if (!error.message.startsWith('MM') && error.name !== 'TimeoutError') wrong ??= String(error.stack);
        },
      },
      deployed.functions,
    );
    const key = `${PREFIX}${names[at]}.csv`;
    const people = Array.from({ length: recipients }, (_, row) => `p${row}@c${at}.example`);
    const csv = `email\n${people.join('\n')}\n`;
    const list: ListRef = { bucket: BUCKET, key, versionId: 'v1', etag: 'e', size: csv.length };
    bucket.upload(list, csv);
    const digest = campaignDigest(`${MAILER}/${names[at]}`);
    for (const person of people) byPk.set(recipientKey(person, '').pk, at);
    const execution = new Execution(`execution-${at}`, machine, {
      world,
      invoke: (id, payload) => functions.invoke(id, payload),
      followUp: () => {},
      read: (name) => bucket.objects.get(name),
      onBug: (error) => {
        wrong ??= String(error.stack);
      },
    });
    executions.push(execution);
    const object = { key, size: list.size, etag: list.etag, 'version-id': 'v1', sequencer: `00000${at}` };
    const event = { time: new Date(world.now).toISOString(), detail: { bucket: { name: BUCKET }, object } };
    world.after(campaign.at ?? 0, () => execution.start(event));
    const { paused } = campaign;
    if (!paused) continue;
    const ports = { store: ledger.direct, clock: { now: () => world.now }, newId: () => `action-${world.random()}` };
    world.after(paused.at, () => void pauseCampaign(digest, { who: 'ann', why: 'wait' }, ports));
    world.after(paused.until, () => void resumeCampaign(digest, { who: 'ann', why: 'go' }, ports));
  }

  const ended = await world.run(
    STEPS,
    () => wrong !== undefined || executions.every(({ status }) => status !== 'running'),
  );
  if (!ended) wrong ??= `it does not end within ${STEPS} steps`;
  for (const { id, status } of executions) if (status !== 'succeeded') wrong ??= `${id} ${status}`;
  return {
    wrong,
    requests,
    accepted: taken.size,
    twice: [...taken.values()].filter((count) => count > 1).length,
    summaries: names.map((name) => {
      const key = [...bucket.objects.keys()].find((one) => one.includes(`/${name}/`) && one.endsWith(LAYOUT.summary));
      return key === undefined ? undefined : (JSON.parse(bucket.objects.get(key)!) as Summary);
    }),
    asked,
  };
}
