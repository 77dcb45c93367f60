// Runs a command and ends all its processes with its caller:
//   node scripts/leash.mjs <time limit, s> <grace, s> <command> [argument…]
// The command has its own process group, which is ended when standard input closes (the caller has ended in any way),
// on a signal, at the time limit, and when the command itself has ended.
import { spawn } from 'node:child_process';

const TIMED_OUT = 124;
const [limit, grace, command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
let code;

function signal(name) {
  try {
    process.kill(-child.pid, name);
  } catch {
    // The group has no process left.
  }
}

function end(withCode) {
  if (code !== undefined) return;
  code = withCode;
  if (child.pid === undefined) return;
  signal('SIGTERM');
  setTimeout(() => signal('SIGKILL'), Number(grace) * 1000).unref();
}

process.stdin
  .on('close', () => end(143))
  .on('error', () => end(143))
  .resume();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => end(143));
setTimeout(() => {
  process.stderr.write(`MM901: ${command} did not end within ${limit} seconds\n`);
  end(TIMED_OUT);
}, Number(limit) * 1000).unref();

child.on('error', (error) => {
  process.stderr.write(`MM902: ${command} cannot be started: ${error.message}\n`);
  process.exit(127);
});
child.on('exit', (status) => {
  signal('SIGKILL');
  process.exit(code ?? status ?? 1);
});
