import { fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import { deployed } from './deployed';
import { simulate } from './simulate';

/**
 * `npx tsx test/simulation/run.ts --seeds 1000000 [--from N] [--workers N]` runs many seeds and ends with 1 if one fails;
 * `--seed S` runs that one and tells what happens in it.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    workers: { type: 'string', default: '2' },
    /** Set for the processes that this one starts: which share of the seeds is theirs. */
    share: { type: 'string' },
  },
});
const [seeds, from, workers] = [Number(values.seeds), Number(values.from), Number(values.workers)];

interface Progress {
  readonly done: number;
  readonly failed: readonly { readonly seed: number; readonly why: string }[];
}

const TELL_EVERY = 100;

async function one(seed: number): Promise<void> {
  const { violation, steps } = await simulate(seed, deployed(), { listener: console.log });
  console.log(violation ? `seed ${seed} breaks "${violation.invariant}": ${violation.what}` : `seed ${seed} is fine`);
  console.log(`${steps} steps`);
  process.exitCode = violation ? 1 : 0;
}

/** The seeds of one process. */
async function work(share: number): Promise<void> {
  const mailer = deployed();
  // Most errors here are expected, and nobody reads where they came from.
  Error.stackTraceLimit = 0;
  let done = 0;
  let failed: { seed: number; why: string }[] = [];
  const tell = () => {
    process.send!({ done, failed } satisfies Progress);
    done = 0;
    failed = [];
  };
  for (let seed = from + share; seed < from + seeds; seed += workers) {
    try {
      const { violation } = await simulate(seed, mailer);
      if (violation) failed.push({ seed, why: `${violation.invariant}: ${violation.what}` });
    } catch (error) {
      failed.push({ seed, why: String(error) });
    }
    if (++done % TELL_EVERY === 0) tell();
  }
  tell();
  process.disconnect();
}

function all(): void {
  const begun = Date.now();
  let done = 0;
  let failures = 0;
  let told = begun;
  const tell = () => {
    const seconds = (Date.now() - begun) / 1000;
    console.log(`${done} seeds, ${failures} failed, ${Math.round(done / seconds)} a second, ${Math.round(seconds)} s`);
  };
  for (let share = 0; share < workers; share++) {
    // What the workers' libraries say of themselves is of no interest here; what goes wrong in them is.
    const child = fork(__filename, [...process.argv.slice(2), '--share', String(share)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let errors = '';
    child.stderr!.on('data', (text) => {
      errors += text;
    });
    child.on('message', (progress: Progress) => {
      done += progress.done;
      failures += progress.failed.length;
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
    tell();
    if (failures > 0 || done < seeds) process.exitCode = 1;
    process.exit();
  });
}

if (values.seed !== undefined) void one(Number(values.seed));
else if (values.share !== undefined) void work(Number(values.share));
else all();
