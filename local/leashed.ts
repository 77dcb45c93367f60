import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import * as path from 'node:path';
import { ROOT } from './root';

export interface LeashedOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** The file for the command's output. */
  readonly log: string;
  readonly limitSeconds: number;
  readonly graceSeconds?: number;
}

export interface Leashed {
  /** Its exit code. */
  readonly exited: Promise<number>;
  stop(): Promise<void>;
}

/** Starts a process that ends, with all its children, when it is stopped and when this process ends in any way. */
export function leashed(command: string, args: readonly string[], options: LeashedOptions): Leashed {
  const log = openSync(options.log, 'a');
  const child: ChildProcess = spawn(
    process.execPath,
    [
      path.join(ROOT, 'scripts', 'leash.mjs'),
      String(options.limitSeconds),
      String(options.graceSeconds ?? 1),
      command,
      ...args,
    ],
    { cwd: options.cwd, env: options.env, detached: true, stdio: ['pipe', log, log] },
  );
  closeSync(log);
  const exited = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
  return {
    exited,
    async stop() {
      child.stdin?.end();
      await exited;
    },
  };
}
