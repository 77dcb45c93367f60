import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Emulator } from './emulator';
import { ACCOUNT, REGION } from './environment';
import { leashed } from './leashed';
import { nodePath } from './node-path';

export type Outputs = { readonly [name: string]: string };

const LIMIT_SECONDS = 240;

/** Prepares the emulator's account for the CDK. */
export async function bootstrap(emulator: Emulator, folder: string): Promise<void> {
  await cdk(emulator, folder, folder, ['bootstrap', `aws://${ACCOUNT}/${REGION}`]);
}

/** Deploys all stacks of a CDK app, as its user does, and returns their outputs by stack. */
export async function deploy(
  emulator: Emulator,
  app: string,
  folder: string,
): Promise<{ readonly [stack: string]: Outputs }> {
  const outputs = path.join(folder, 'outputs.json');
  await cdk(emulator, app, folder, [
    'deploy',
    '--all',
    '--require-approval=never',
    `--output=${path.join(folder, 'cdk.out')}`,
    `--outputs-file=${outputs}`,
  ]);
  return JSON.parse(readFileSync(outputs, 'utf8'));
}

async function cdk(emulator: Emulator, cwd: string, folder: string, args: readonly string[]): Promise<void> {
  const log = path.join(folder, 'deploy.log');
  const { exited } = leashed('cdk', [...args, '--no-color', '--no-notices', '--no-version-reporting'], {
    cwd,
    log,
    limitSeconds: LIMIT_SECONDS,
    env: { ...emulator.environment, CI: '1', NODE_PATH: nodePath() },
  });
  const code = await exited;
  if (code === 0) return;
  const said = readFileSync(log, 'utf8').trim().split('\n').slice(-25).join('\n');
  throw new Error(`MM912: cdk ${args[0]} ended with ${code}:\n${said}`);
}
