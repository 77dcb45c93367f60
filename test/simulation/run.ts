import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';
import type { Invariant } from './judge/judge';
import { SEEN } from './judge/seen';
import type { Complication } from './lives/complications';
import { simulate } from './simulate';
import type { Progress, Work } from './worker';
import { deployed } from './world/deployed';

/**
 * `npx tsx test/simulation/run.ts --seeds 1000000 [--from N] [--workers N]` runs many seeds and ends with 1 if one fails;
 * `--seed S` runs that one and tells what happens in it; `--only 'never twice'` looks at that promise alone,
 * `--with bucket` draws no complication but that one.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    workers: { type: 'string', default: '2' },
    only: { type: 'string' },
    with: { type: 'string', multiple: true },
  },
});
const options = {
  only: values.only as Invariant | undefined,
  under: { complications: values.with as Complication[] | undefined },
};
const [seeds, from, workers] = [Number(values.seeds), Number(values.from), Number(values.workers)];

async function one(seed: number): Promise<void> {
  const { violation, steps } = await simulate(seed, deployed(), { listener: console.log, ...options });
  console.log(violation ? `seed ${seed} breaks "${violation.invariant}": ${violation.what}` : `seed ${seed} is fine`);
  console.log(`${steps} steps`);
  process.exitCode = violation ? 1 : 0;
}

/** The worker in one file of plain JavaScript: what turns TypeScript into it as it runs costs a fifth of the time. */
function bundled(): string {
  const outfile = path.join(mkdtempSync(path.join(tmpdir(), 'simulation-')), 'worker.js');
  buildSync({ entryPoints: [path.join(__dirname, 'worker.ts')], outfile, bundle: true, platform: 'node' });
  return outfile;
}

function all(): void {
  const file = bundled();
  const mailer = deployed();
  const begun = Date.now();
  let done = 0;
  let failures = 0;
  let told = begun;
  const seen = new Map<string, number>();
  const endings = new Map<string, number>();
  const tell = () => {
    const seconds = (Date.now() - begun) / 1000;
    console.log(`${done} seeds, ${failures} failed, ${Math.round(done / seconds)} a second, ${Math.round(seconds)} s`);
  };
  for (let share = 0; share < workers; share++) {
    const child = fork(file, {
      // Most of what a life needs is gone with its next event.
      execArgv: ['--max-semi-space-size=64'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child.send({ deployed: mailer, from: from + share, below: from + seeds, step: workers, options } satisfies Work);
    let errors = '';
    child.stderr!.on('data', (text) => {
      errors += text;
    });
    child.on('message', (progress: Progress) => {
      done += progress.done;
      failures += progress.failed.length;
      for (const [what, lives] of progress.seen) seen.set(what, (seen.get(what) ?? 0) + lives);
      for (const [ending, count] of progress.endings) endings.set(ending, (endings.get(ending) ?? 0) + count);
      for (const { seed, why } of progress.failed) console.log(`seed ${seed} fails: ${why}`);
      if (Date.now() - told < 10_000) return;
      told = Date.now();
      tell();
    });
    child.on('exit', (code) => {
      if (code === 0) return;
      console.error(errors);
      process.exitCode = 1;
    });
  }
  process.on('beforeExit', () => {
    rmSync(path.dirname(file), { recursive: true });
    tell();
    for (const what of SEEN) console.log(`${((100 * (seen.get(what) ?? 0)) / done).toFixed(1).padStart(5)} %  ${what}`);
    const counts = [...endings].sort(([, a], [, b]) => b - a).map(([ending, count]) => `${count} ${ending}`);
    console.log(`rows by outcome, failed runs and rejected lists: ${counts.join(', ')}`);
    if (failures > 0 || done < seeds) process.exitCode = 1;
    process.exit();
  });
}

if (values.seed !== undefined) void one(Number(values.seed));
else all();
