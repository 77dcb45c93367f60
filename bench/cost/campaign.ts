import { once } from 'node:events';
import { createWriteStream, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { sesEvent } from '../../local/ses/event';
import {
  FORMAT,
  type PlanOutput,
  type RegisterOutput,
  type RunRef,
  type ShardProgress,
  type ShardRef,
  TAGS,
  type TurnOutput,
} from '../../src/private/contract';
import { Booted, loop, type Server, type Spent } from './processes';
import type { Taken, Traffic } from './server';
import { BUCKET, MAIL, SENDER } from './settings';

/** The cost of a number of emails, rows or events. */
export interface Cost extends Spent {
  readonly what: string;
  readonly of: 'emails' | 'rows' | 'events';
  readonly count: number;
  /** Absent for a list that is only read. */
  readonly traffic?: Traffic;
}

/** SQS messages per invocation of Track, as the construct sets it. */
const BATCH = 100;
const AT_ONCE = 50;

const person = (row: number) => ({
  email: `person.${row}@example${row % 1000}.com`,
  first_name: `Zoë ${row % 97}`,
  last_name: `Lee, ${row % 89}`,
  city: 'Zürich',
  number: String(row),
});

/** Writes a list of five columns. */
export async function writeList(file: string, rows: number): Promise<void> {
  const out = createWriteStream(file);
  out.write('email,first name,last name,city,number\n');
  for (let from = 0; from < rows; from += 1000) {
    let text = '';
    for (let row = from; row < Math.min(rows, from + 1000); row++) {
      const { email, first_name, last_name, city, number } = person(row);
      text += `${email},${first_name},"${last_name}",${city},${number}\n`;
    }
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
}

async function measured(
  server: Server,
  cost: Pick<Cost, 'what' | 'of' | 'count'>,
  work: () => Promise<Spent>,
): Promise<Cost> {
  await server.ask({ traffic: true });
  const { cpu, startUp, peakMiB } = await work();
  return { ...cost, cpu, startUp, peakMiB, traffic: await server.ask<Traffic>({ traffic: true }) };
}

interface Planned {
  readonly run: RunRef;
  readonly plan: PlanOutput;
  readonly shards: readonly ShardRef[];
  readonly took: Cost;
}

/** Runs Plan over a list. */
export async function planned(list: string, rows: number, server: Server): Promise<Planned> {
  await server.ask({ list });
  const register = await Booted.of('register', server);
  const key = 'campaigns/bench.csv';
  const event = {
    time: new Date().toISOString(),
    detail: { bucket: { name: BUCKET }, object: { key, size: statSync(list).size, etag: 'e', sequencer: '01' } },
  };
  const startedAt = new Date().toISOString();
  const execution = 'arn:bench';
  const { run } = await register.call<RegisterOutput>({ v: FORMAT, execution, startedAt, event });
  let plan: PlanOutput | undefined;
  const took = await measured(server, { what: 'Plan', of: 'rows', count: rows }, async () => {
    const room = await Booted.of('plan', server);
    plan = await room.call<PlanOutput>({ v: FORMAT, run });
    return room.end();
  });
  if (plan?.decision !== 'send') throw new Error(`Plan: ${JSON.stringify(plan)}`);
  const lines = (await server.ask<string>({ shards: plan.shardList! })).trim().split('\n');
  const shards = lines.map((line) => JSON.parse(line) as ShardRef);
  const planned = shards.reduce((sum, shard) => sum + shard.rows, 0);
  if (planned !== rows) throw new Error(`Plan planned ${planned} of ${rows} rows`);
  const turn = await register.call<TurnOutput>({ v: FORMAT, execution, run, plan, turn: {} });
  await register.end();
  if (!turn.run) throw new Error(`the sending turn: ${turn.decision}`);
  return { run: turn.run, plan, shards, took };
}

/** Runs one send worker, with the whole rate, over all shards. */
export const send = ({ run, shards }: Planned, rows: number, rate: number, server: Server): Promise<Cost> =>
  measured(server, { what: `Send, at ${rate} a second`, of: 'emails', count: rows }, () =>
    overShards('send', run, shards, server),
  );

export const settle = ({ run, shards }: Planned, rows: number, server: Server): Promise<Cost> =>
  measured(server, { what: 'Settle', of: 'rows', count: rows }, () => overShards('settle', run, shards, server));

/** Calls a function for each shard until it is done, as a child of the map does. */
async function overShards(name: 'send' | 'settle', run: RunRef, shards: readonly ShardRef[], server: Server) {
  const room = await Booted.of(name, server);
  for (const shard of shards) {
    let progress: ShardProgress = { v: FORMAT, done: false, waitSeconds: 0, rounds: 0 };
    while (!progress.done) {
      await sleep(1000 * progress.waitSeconds);
      progress = await room.call({ v: FORMAT, run, shard, rounds: progress.rounds, resent: progress.resent ?? false });
      if (progress.rounds > 20) throw new Error(`${name} does not end`);
    }
  }
  return room.end();
}

export const report = ({ run, plan }: Planned, rows: number, tracked: boolean, server: Server): Promise<Cost> =>
  measured(
    server,
    { what: tracked ? 'Report, after the tracking period' : 'Report', of: 'rows', count: rows },
    async () => {
      const room = await Booted.of('report', server);
      await room.call({ v: FORMAT, run, plan, ...(tracked ? { tracked } : {}) });
      return room.end();
    },
  );

/** Runs Track over SES events, as the queue delivers them. */
export function track(messages: readonly Taken[], events: number, server: Server): Promise<Cost> {
  const happened = ['send', 'delivery', 'open'] as const;
  const bodies = messages
    .flatMap(({ messageId, to, tags }) =>
      happened.map((what) => {
        const sentAt = Date.now();
        const message = { messageId, to, tags, sentAt, from: SENDER, subject: 'News', configurationSet: 'bench' };
        return JSON.stringify(sesEvent(message, what, sentAt));
      }),
    )
    .slice(0, events);
  if (bodies.length < events || !messages[0]?.tags[TAGS.recipient]) throw new Error('too few messages were sent');
  return measured(server, { what: 'Track', of: 'events', count: events }, async () => {
    const room = await Booted.of('track', server);
    for (let at = 0; at < bodies.length; at += BATCH) {
      const Records = bodies.slice(at, at + BATCH).map((body, index) => ({
        messageId: `m-${at + index}`,
        body,
        attributes: { ApproximateReceiveCount: '1' },
        eventSource: 'aws:sqs',
      }));
      const { batchItemFailures } = await room.call<{ batchItemFailures: unknown[] }>({ Records });
      if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} events failed`);
    }
    return room.end();
  });
}

/** Runs the sending loops, which have no ledger. */
export async function loops(folder: string, emails: number, server: Server): Promise<Cost[]> {
  const input = `${folder}/loop.json`;
  const people = Array.from({ length: emails }, (_, row) => person(row));
  writeFileSync(input, JSON.stringify({ mail: MAIL, people, from: `News <${SENDER}>`, atOnce: AT_ONCE }));
  const costs: Cost[] = [];
  for (const [what, file] of [
    [BARE, 'sdk-loop.mjs'],
    ['nodemailer’s SES transport', 'nodemailer-loop.mjs'],
    ['boto3 and Jinja2', 'boto3_loop.py'],
  ] as const) {
    const of = { what, of: 'emails', count: emails } as const;
    costs.push(await measured(server, of, () => loop(file, input, server)));
    const sent = (await server.ask<Taken[]>({ messages: true })).length;
    if (sent !== emails) throw new Error(`${what} sent ${sent} of ${emails}`);
  }
  return costs;
}

export const BARE = 'bare SDK loop with Mustache';

export async function csvAlone(list: string, rows: number, server: Server): Promise<Cost> {
  const { rows: read, ...spent } = await loop<Spent & { rows: number }>('csv-alone.mjs', list, server);
  if (read !== rows) throw new Error(`csv-parse read ${read} of ${rows} rows`);
  return { what: 'csv-parse alone', of: 'rows', count: rows, ...spent };
}
