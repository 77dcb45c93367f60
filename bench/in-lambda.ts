import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runFolder } from '../lambda-src/domain/campaign/campaign';
import { campaignDigest } from '../lambda-src/domain/ledger/keys';
import { ENV, FORMAT, type RunRef } from '../src/private/contract';
import { VCPU_MEMORY, WHOLE_LIST_MEMORY } from '../src/private/functions/memory';

/** The share of a vCPU that Plan and Report have. */
export const CPU_SHARE = Math.min(1, WHOLE_LIST_MEMORY / VCPU_MEMORY);

/** Returns a run as Register does, which the functions require. */
export function benchRun(size: number): RunRef {
  const [campaign, startedAt] = ['mailer/bench', '2026-01-01T00:00:00.000Z'];
  return {
    v: FORMAT,
    mailer: 'mailer',
    campaign,
    campaignDigest: campaignDigest(campaign),
    identity: { by: 'key', folding: 1 },
    run: 1,
    folder: runFolder(campaign, 1, startedAt),
    list: { bucket: 'lists', key: 'campaigns/bench.csv', etag: 'e', size },
    startedAt,
  };
}

export interface Took<T> {
  readonly output: T;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

/** Runs a bundled function in a process with the Node flags of Lambda's runtime, against AWS at `url`. */
export async function inLambda<T>(
  name: string,
  input: object,
  url: string,
  environment: NodeJS.ProcessEnv,
): Promise<Took<T>> {
  const begun = performance.now();
  const { stderr } = await promisify(execFile)(
    process.execPath,
    [
      '--expose-gc',
      `--max-semi-space-size=${Math.floor(WHOLE_LIST_MEMORY * 0.05)}`,
      `--max-old-space-size=${Math.floor(WHOLE_LIST_MEMORY * 0.9)}`,
      join(__dirname, 'handler.cjs'),
      join(__dirname, '..', 'assets', name, 'index.js'),
      JSON.stringify(input),
    ],
    {
      env: {
        [ENV.bucket]: 'lists',
        [ENV.mailer]: 'bench',
        ...environment,
        AWS_ENDPOINT_URL: url,
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'bench',
        AWS_SECRET_ACCESS_KEY: 'bench',
      },
      maxBuffer: 1 << 24,
    },
  );
  return { seconds: (performance.now() - begun) / 1000, ...JSON.parse(stderr.trim().split('\n').at(-1)!) };
}
