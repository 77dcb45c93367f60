import { type CountedRun, campaignCounts, readCounts } from '../../lambda-src/domain/campaign/counts';
import { asRecord } from '../../lambda-src/domain/ledger/record';
import type { Mail } from '../../lambda-src/domain/ports';
import { toLine } from '../../lambda-src/domain/run/jsonl';
import { report as reportOf } from '../../lambda-src/functions/report/report';
import type { Summary } from '../../lambda-src/functions/report/summary';
import { sendShard } from '../../lambda-src/functions/send/send-shard';
import { settleShard } from '../../lambda-src/functions/settle/settle-shard';
import { FORMAT, LAYOUT, type RecipientOutcome, type RunRef, type ShardInput } from '../../src/private/contract';
import { memoryBus } from './memory-bus';
import { memoryFiles } from './memory-files';
import { memorySes } from './memory-ses';
import { memoryStore } from './memory-store';
import {
  CAMPAIGN,
  recipientFor,
  register,
  runRef,
  SETTINGS,
  settledRun,
  silent,
  TEMPLATES,
  uncounted,
  urls,
} from './run';
import { brokenAnswer } from './ses-answer';
import { virtualClock } from './virtual-clock';

/** An answer by which nobody knows whether SES took the message. */
export const RESET = brokenAnswer('reset');

export interface Sent {
  readonly inDoubt?: 'hold' | 'resend';
  /** The claims that an operator has resent, by row. */
  readonly doubts?: readonly string[];
  /** From one row to another; else everybody. */
  readonly rows?: readonly [first: number, last: number];
  readonly more?: Partial<RunRef>;
}

/** One campaign of so many people: its runs over them, one after the other or interleaved, on one ledger. */
export function sentCampaign(people = 1) {
  const store = memoryStore();
  const files = memoryFiles();
  const clock = virtualClock();
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const control = { store, clock, newId };
  /** What SES answers; undefined is a message id. */
  const world: { answer: (mail: Mail) => Error | undefined } = { answer: () => undefined };
  const ses = memorySes({ maxPerSecond: 100 }, undefined, { answers: (mail) => world.answer(mail), now: clock.now });
  const record = (row: number) => asRecord(store.get(recipientFor(row)));

  async function run(
    number: number,
    { inDoubt = 'hold', doubts, rows: [first, last] = [1, people], more = {} }: Sent = {},
  ) {
    const ref: RunRef = { ...runRef(number), ...more, ...(doubts ? { resendInDoubt: true } : {}) };
    await register(store, number);
    const snapshot = { v: FORMAT, settings: { ...SETTINGS, inDoubt }, templates: TEMPLATES };
    await files.put(`${ref.folder}${LAYOUT.snapshot}`, JSON.stringify(snapshot), 'application/json');
    const key = `${ref.folder}${LAYOUT.shards}00001.jsonl`;
    const rows = Array.from({ length: last - first + 1 }, (_, at) => ({
      ...recipientFor(first + at),
      doubt: doubts?.[at],
    }));
    const head = toLine({ v: FORMAT, campaign: CAMPAIGN, run: number, shard: 1 });
    await files.put(key, head + rows.map(toLine).join(''), 'application/jsonl');
    const shard = { v: FORMAT, shard: 1, key, rows: rows.length } as const;
    const input: ShardInput = { v: FORMAT, run: ref, shard, rounds: 0 };
    const send = () =>
      sendShard(input, {
        ...{ files, store, clock, newId, log: silent, bus: memoryBus(), metrics: uncounted },
        notices: { publish: async () => {} },
        random: () => 0.5,
        configurationSet: 'mm',
        consentUrls: urls,
        remaining: () => 900_000,
        ses,
      });
    const report = async (tracked = false) => {
      const plan = await settledRun(ref, input, { outcomes: await outcomes(), plan: { columns: ['email'] } }, files);
      const ports = { files, store, clock, log: silent, metrics: uncounted, bus: memoryBus(), trackSeconds: 60 };
      const output = await reportOf(
        { v: FORMAT, run: ref, plan, tracked },
        { ...ports, notices: { publish: async () => {} }, pageOf: async () => '' },
      );
      return files.json<Summary>(output.summary).counts;
    };
    const settle = (resent = false) => settleShard({ ...input, resent }, { files, store, clock, log: silent });
    const outcomes = async () => {
      const text = await files.text(`${ref.folder}${LAYOUT.outcomes}00001.jsonl`);
      return (text ?? '')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as RecipientOutcome);
    };
    /** As the state machine does it, once the claims are past. */
    const end = async () => {
      await send();
      clock.set(clock.now() + 60_001);
      const { resend } = await settle();
      if (resend) {
        await send();
        clock.set(clock.now() + 60_001);
        await settle(true);
      }
      return (await outcomes()).map(({ outcome }) => outcome);
    };
    return { ref, send, settle, end, outcomes, report };
  }
  /** A campaign whose first run left everybody in doubt. */
  const doubted = async () => {
    world.answer = () => RESET;
    const first = await run(1);
    await first.end();
    world.answer = () => undefined;
    ses.requests.length = 0;
    return Array.from({ length: people }, (_, at) => record(at + 1)!.claimId);
  };
  const counts = async (...runs: readonly CountedRun[]) =>
    campaignCounts(await readCounts(runRef(1).campaignDigest, store), runs);
  return { store, files, clock, control, mails: ses.requests, world, record, run, doubted, counts };
}
