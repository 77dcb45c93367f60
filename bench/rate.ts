/**
 * Measures how much of SES's rate the send worker uses, and its cost. The deployed worker runs in Node processes,
 * against the project's SES endpoint and a ledger in memory with DynamoDB's semantics and about its response time. A
 * loop with the SDK's own retries runs too. `npx projen bench-rate [--rates 14,200,1000] [--seconds 60]` writes its
 * table into docs/performance.md; rows of other rates do not change.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, getPriority, loadavg, setPriority, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { campaignKey } from '../lambda-src/domain/campaign/campaign';
import { runKey } from '../lambda-src/domain/campaign/run-record';
import { campaignDigest, recipientKey } from '../lambda-src/domain/ledger/keys';
import { STATE } from '../lambda-src/domain/ledger/record';
import type { Key } from '../lambda-src/domain/ledger/store';
import { workersFor } from '../lambda-src/domain/rate/workers';
import { shardKey } from '../lambda-src/domain/run/shard';
import { CREDENTIALS, REGION } from '../local/environment';
import { random } from '../local/random';
import { SesControl } from '../local/ses/control';
import {
  FORMAT,
  LAYOUT,
  type RunRef,
  SHARD_RECIPIENTS,
  type ShardInput,
  type ShardProgress,
  type Snapshot,
} from '../src/private/contract';
import { judged, sharesOf } from './rate/judge';
import { BenchLedger } from './rate/ledger';
import { BEGIN, END, kept, line, numberOf, type Result, table } from './rate/table';

const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '14,200,1000' },
    seconds: { type: 'string', default: '60' },
    /** Seconds of the rate that warm up the workers: in Lambda each has a CPU, here they share two. */
    'warm-up': { type: 'string', default: '10' },
    /** The burst that SES accepts at once, in seconds of its rate. */
    burst: { type: 'string', default: '0.25' },
    only: { type: 'string' },
    /** Prints the table without changing the document. */
    print: { type: 'boolean', default: false },
  },
});
const SECONDS = Number(values.seconds);
const WARM_UP = Number(values['warm-up']);
const DOCUMENT = join(__dirname, '../docs/performance.md');
/** Milliseconds from one shard to the next, in Step Functions and Lambda. */
const GAP = 300;
/** Milliseconds from a worker's death to the next call for its shard. */
const DEATH = 2_000;

async function endpoint(rate: number): Promise<{ readonly url: string; stop(): void }> {
  const child = fork(join(__dirname, 'rate', 'endpoint.ts'), [String(rate), values.burst], {
    execArgv: process.execArgv,
  });
  const { url } = await new Promise<{ url: string }>((resolve) => child.once('message', resolve as () => void));
  return { url, stop: () => void child.kill() };
}

const environment = (url: string) => ({
  ...process.env,
  AWS_ENDPOINT_URL_SESV2: url,
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
});

/** Writes a campaign as Register and Plan do. */
function planned(folder: string, ledger: BenchLedger, number: number, recipients: number, size: number): ShardInput[] {
  const campaign = `mailer/bench-${number}`;
  const digest = campaignDigest(campaign);
  const run: RunRef = {
    v: FORMAT,
    mailer: 'mailer',
    campaign,
    campaignDigest: digest,
    identity: { by: 'key', folding: 1 },
    ...{ run: 1, sending: 1 },
    folder: `reports/${campaign}/0001/`,
    list: { bucket: 'lists', key: `campaigns/bench-${number}.csv`, etag: 'e', size: 1 },
    startedAt: new Date().toISOString(),
  };
  const snapshot: Snapshot = {
    v: FORMAT,
    settings: {
      v: FORMAT,
      mailer: 'mailer',
      intake: { prefix: 'campaigns/', maxRows: 1e7, maxBytes: 1e9, maxInvalidPercent: 5 },
      rate: { accountShare: 1 },
      inDoubt: 'hold',
      closesAfterDays: 30,
    },
    templates: {
      v: FORMAT,
      templates: {
        news: {
          subject: 'Hello {{name}}',
          html: '<p>Hello {{name}}, here is what is new this month.</p>',
          text: 'Hello {{name}}, here is what is new this month.',
          fromAddress: 'news@example.com',
          replyTo: [],
        },
      },
      identities: [],
    },
  };
  const put = (key: string, text: string) => {
    mkdirSync(dirname(join(folder, key)), { recursive: true });
    writeFileSync(join(folder, key), text);
  };
  put(`${run.folder}${LAYOUT.snapshot}`, JSON.stringify(snapshot));
  const enter = (key: Key, item: object) =>
    ledger.items.set(`${key.pk}\n${key.sk}`, { ...key, v: FORMAT, campaign, ...item });
  enter(campaignKey(digest), { run: 1, turn: 1 });
  enter(runKey(run), { run: 1, sending: 1, state: 'sending' });
  const shards: ShardInput[] = [];
  for (let from = 0; from < recipients; from += size) {
    const shard = shards.length + 1;
    const rows = Math.min(size, recipients - from);
    let text = `${JSON.stringify({ v: FORMAT, campaign, run: 1, shard })}\n`;
    for (let row = from + 1; row <= from + rows; row++) {
      const to = `p${row}@c${number}.example.org`;
      text += `${JSON.stringify({ row, line: row + 1, to, ...recipientKey(to, campaign), template: 'news', vars: { email: to, name: `P${row}` }, cells: [to] })}\n`;
    }
    put(shardKey(run, shard), text);
    shards.push({ v: FORMAT, run, shard: { v: FORMAT, shard, key: shardKey(run, shard), rows }, rounds: 0 });
  }
  return shards;
}

/** Runs one child of the map after the other, in a process that may be killed. */
class Worker {
  private child!: ChildProcess;

  constructor(private readonly start: () => ChildProcess) {}

  kill(): void {
    this.child.kill('SIGKILL');
  }

  async ready(): Promise<void> {
    this.child = await this.started();
  }

  /** Takes shards from `shards`, which all workers of the campaign share. */
  async work(shards: ShardInput[]): Promise<void> {
    for (let input = shards.shift(); input; input = shards.shift()) {
      for (;;) {
        const progress: ShardProgress | undefined = await this.invoke(input);
        if (!progress) {
          await pause(DEATH);
          await this.ready();
          continue;
        }
        // Settle handles the emails of a dead worker, a minute later.
        if (progress.done || progress.waitSeconds > 5) break;
        await pause(progress.waitSeconds * 1000);
        input = { ...input, rounds: progress.rounds };
      }
      await pause(GAP);
    }
  }

  private async started(): Promise<ChildProcess> {
    const child = this.start();
    await new Promise((resolve) => child.once('message', resolve));
    return child;
  }

  /** Returns undefined if the worker dies during the call. */
  private invoke(input: ShardInput): Promise<ShardProgress | undefined> {
    const { child } = this;
    if (!child.connected) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const heard = (message: { progress?: ShardProgress }) => message.progress && end(message.progress);
      const died = () => end(undefined);
      const end = (progress?: ShardProgress) => {
        child.off('message', heard);
        child.off('exit', died);
        resolve(progress);
      };
      child.on('message', heard);
      child.once('exit', died);
      child.send({ invoke: input });
    });
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function mailmatrix(rate: number, campaigns: number): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-rate-'));
  const ledger = new BenchLedger(random(1));
  const { url, stop } = await endpoint(rate);
  try {
    const each = Math.ceil((rate * SECONDS) / campaigns);
    const size = Math.min(SHARD_RECIPIENTS, Math.ceil(each / 4));
    const start = () => {
      const child = fork(join(__dirname, 'rate', 'worker.ts'), [folder, 'bench'], {
        execArgv: process.execArgv,
        env: environment(url),
        serialization: 'advanced',
      });
      // Lowers a worker's priority, because SES and the ledger have their own machines in production.
      setPriority(child.pid!, Math.min(19, getPriority() + 5));
      ledger.serve(child);
      return child;
    };
    const ofEach = workersFor(rate, Math.ceil(each / size));
    const workers = Array.from({ length: campaigns * ofEach }, () => new Worker(start));
    await Promise.all(workers.map((worker) => worker.ready()));
    const rows = Math.ceil((WARM_UP * rate) / workers.length);
    const warming = planned(folder, ledger, 0, rows * workers.length, rows);
    await Promise.all(workers.map((worker, at) => worker.work([warming[at]!])));
    const control = new SesControl(url);
    await control.reset();
    ledger.items.clear();
    const lists = Array.from({ length: campaigns }, (_, at) => planned(folder, ledger, at + 1, each, size));
    const load = loadavg()[0]!;
    const killing = (async () => {
      while ((await control.count()).accepted < 0.4 * rate * SECONDS) await pause(200);
      workers[0]!.kill();
    })();
    await Promise.all(workers.map((worker, at) => worker.work(lists[Math.floor(at / ofEach)]!)));
    await killing;
    for (const worker of workers) worker.kill();
    const records = [...ledger.items.values()].filter(
      ({ pk, state }) => state !== undefined && !String(pk).includes('#'),
    );
    const states = (state: string) => records.filter((record) => record.state === state).length;
    const requests = await control.requests();
    const inDoubt = states(STATE.claimed) + states(STATE.inDoubt);
    return {
      what: campaigns === 1 ? 'MailMatrix, one campaign' : `MailMatrix, ${campaigns} campaigns`,
      workers: workers.length,
      ...judged(rate, requests, each * campaigns, inDoubt),
      load,
      ...(campaigns > 1 ? { shares: sharesOf(requests) } : {}),
    };
  } finally {
    stop();
    rmSync(folder, { recursive: true });
  }
}

async function plain(rate: number, mode: 'standard' | 'adaptive'): Promise<Result> {
  const { url, stop } = await endpoint(rate);
  try {
    const count = rate * SECONDS;
    // Enough for the rate even if every response took 200 ms.
    const atOnce = Math.max(5, Math.ceil(rate * 0.2));
    const load = loadavg()[0]!;
    const child = fork(join(__dirname, 'rate', 'sdk.ts'), [mode, String(count), String(atOnce)], {
      execArgv: process.execArgv,
      env: environment(url),
    });
    const { lost } = await new Promise<{ lost: number }>((resolve) => child.once('message', resolve as () => void));
    const requests = await new SesControl(url).requests();
    const what = `SDK loop, ${mode === 'standard' ? 'default' : mode} retries`;
    return { what, workers: 1, ...judged(rate, requests, count, 0), lost, load };
  } finally {
    stop();
  }
}

async function main(): Promise<void> {
  const results: Result[] = [];
  const tell = (result: Result) => {
    results.push(result);
    console.log(JSON.stringify(result));
  };
  const rates = values.rates.split(',').map(Number);
  for (const rate of rates) {
    if (!values.only || values.only === 'mailmatrix') {
      tell(await mailmatrix(rate, 1));
      tell(await mailmatrix(rate, 3));
    }
    if (!values.only || values.only === 'sdk') {
      tell(await plain(rate, 'standard'));
      tell(await plain(rate, 'adaptive'));
    }
  }
  if (values.print) return console.log(table(results.map(line)));
  const date = new Date().toISOString().slice(0, 10);
  const machine = `${date}, ${cpus().length} cores (${cpus()[0]!.model.trim()}), Node ${process.version}, ${SECONDS} seconds of the rate a row, SES lets ${values.burst} s of it pass at once.`;
  const text = readFileSync(DOCUMENT, 'utf8');
  const [before, rest] = text.split(BEGIN);
  const [old, after] = rest!.split(END) as [string, string];
  const rows = [...kept(old, rates), ...results.map(line)].sort((a, b) => numberOf(a) - numberOf(b));
  writeFileSync(DOCUMENT, `${before}${BEGIN}\n\n${machine}\n\n${table(rows)}\n\n${END}${after}`);
}

void main();
