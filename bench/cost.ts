/**
 * Measures the CPU, requests and bytes per email: the bundled functions as Lambda runs them, over TLS, beside plain
 * sending loops. `npx projen bench-cost [--mails N] [--rows N] [--events N] [--rates A,B] [--runs N] [--json]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BARE, type Cost, csvAlone, loops, planned, report, send, settle, track, writeList } from './cost/campaign';
import { makeCertificate, type Server, startServer } from './cost/processes';
import type { Taken } from './cost/server';

interface Sizes {
  readonly mails: number;
  readonly rows: number;
  readonly events: number;
  readonly rates: readonly number[];
}

/** Seconds to measure at a slow rate. */
const SLOW_SECONDS = 20;

async function once({ mails, rows, events, rates }: Sizes, folder: string): Promise<Cost[]> {
  const certificate = makeCertificate(folder);
  const list = join(folder, 'list.csv');
  const on = async <T>(work: (server: Server) => Promise<T>): Promise<T> => {
    const server = await startServer(certificate);
    try {
      return await work(server);
    } finally {
      server.stop();
    }
  };
  const costs: Cost[] = [];
  for (const [at, rate] of rates.entries()) {
    const emails = Math.min(mails, SLOW_SECONDS * rate);
    await writeList(list, emails);
    await on(async (server) => {
      await server.ask({ rate });
      costs.push(await send(await planned(list, emails, server), emails, rate, server));
      const taken = await server.ask<Taken[]>({ messages: true });
      if (taken.length !== emails) throw new Error(`Send sent ${taken.length} of ${emails}`);
      if (at === 0) costs.push(await track(taken, events, server));
    });
  }
  costs.push(...(await on((server) => loops(folder, mails, server))));
  await writeList(list, rows);
  await on(async (server) => {
    const whole = await planned(list, rows, server);
    costs.push(whole.took, await csvAlone(list, rows, server));
    const sent = await server.ask<number>({ sent: `${whole.run.folder}shards/` });
    if (sent !== rows) throw new Error(`${sent} of ${rows} recipients lie in shards`);
    costs.push(await settle(whole, rows, server), await report(whole, rows, false, server));
    costs.push(await report(whole, rows, true, server));
  });
  return costs;
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;

/** Returns the median of each figure over several runs. */
function medians(runs: readonly (readonly Cost[])[]): Cost[] {
  return runs[0]!.map((first, at) => {
    const of = (value: (cost: Cost) => number) => median(runs.map((run) => value(run[at]!)));
    return {
      ...first,
      cpu: of(({ cpu }) => cpu),
      startUp: of(({ startUp }) => startUp),
      peakMiB: of(({ peakMiB }) => peakMiB),
      traffic: first.traffic && {
        requests: of(({ traffic }) => traffic!.requests),
        bytes: of(({ traffic }) => traffic!.bytes),
      },
    };
  });
}

const perThousand = (value: number, { count }: Cost): number => (1000 * value) / count;

/** Returns the row to compare with: for emails the bare loop, for Plan csv-parse. */
function yardstick(cost: Cost, all: readonly Cost[]): Cost | undefined {
  if (cost.of === 'emails') return all.find(({ what }) => what === BARE);
  return cost.what === 'Plan' || cost.what === 'csv-parse alone'
    ? all.find(({ what }) => what === 'csv-parse alone')
    : undefined;
}

function table(costs: readonly Cost[]): string {
  const round = (number: number) => Math.round(number).toLocaleString('en-US');
  const lines = costs.map((cost) => {
    const { what, of, count, traffic, peakMiB, startUp } = cost;
    const beside = yardstick(cost, costs);
    const cpu = perThousand(cost.cpu, cost);
    return [
      ...[what, `${round(count)} ${of}`, round(cpu)],
      beside ? (cpu / perThousand(beside.cpu, beside)).toFixed(2) : '',
      traffic ? round(perThousand(traffic.requests, cost)) : '',
      traffic ? (perThousand(traffic.bytes, cost) / 1e6).toFixed(2) : '',
      ...[round(peakMiB), round(startUp)],
    ];
  });
  const head = [
    ...['what', 'measured over', 'CPU ms per 1,000', 'times the loop, or csv-parse', 'requests per 1,000'],
    ...['MB per 1,000', 'peak MiB', 'start-up, CPU ms'],
  ];
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      mails: { type: 'string', default: '2000' },
      rows: { type: 'string', default: '100000' },
      events: { type: 'string', default: '3000' },
      rates: { type: 'string', default: '100,14' },
      runs: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
    },
  });
  const sizes: Sizes = {
    mails: Number(values.mails),
    rows: Number(values.rows),
    events: Number(values.events),
    rates: values.rates.split(',').map(Number),
  };
  const folder = mkdtempSync(join(tmpdir(), 'cost-'));
  try {
    const runs: Cost[][] = [];
    for (let run = 0; run < Number(values.runs); run++) runs.push(await once(sizes, folder));
    const costs = medians(runs);
    const machine = `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`;
    console.log(
      values.json
        ? JSON.stringify({ machine, runs: runs.length, costs }, undefined, 2)
        : `${machine}, medians of ${runs.length}\n\n${table(costs)}`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

main().catch((error: Error) => {
  console.error(error);
  // Ends the child processes too.
  process.exit(1);
});
