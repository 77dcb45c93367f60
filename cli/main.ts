import './node-floor';

import { getOwn } from '../lambda-src/domain/get-own';
import { asker } from './shared/ask';
import { explained } from './shared/aws-error';
import { plainTerminal } from './shared/plain-terminal';
import type { Terminal, Verb } from './shared/verb';
import * as approve from './verbs/approve';
import * as cancel from './verbs/cancel';
import * as check from './verbs/check';
import * as doctor from './verbs/doctor';
import * as estimate from './verbs/estimate';
import * as forget from './verbs/forget';
import * as history from './verbs/history';
import * as pause from './verbs/pause';
import * as preview from './verbs/preview';
import * as reject from './verbs/reject';
import * as report from './verbs/report';
import * as resendInDoubt from './verbs/resend-in-doubt';
import * as resume from './verbs/resume';
import * as retry from './verbs/retry';
import * as send from './verbs/send';
import * as status from './verbs/status';
import * as suppress from './verbs/suppress';
import * as takeOver from './verbs/take-over';

const VERBS: { readonly [name: string]: Verb } = {
  check,
  preview,
  estimate,
  send,
  status,
  pause,
  resume,
  cancel,
  approve,
  reject,
  retry,
  'resend-in-doubt': resendInDoubt,
  report,
  suppress,
  history,
  forget,
  'take-over': takeOver,
  doctor,
};

const width = Math.max(...Object.keys(VERBS).map((name) => name.length));
const USAGE = `Usage: cdk-mailmatrix VERB [options]

${Object.entries(VERBS)
  .map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`)
  .join('\n')}

cdk-mailmatrix VERB --help describes a verb and its options.
Exit code: 0 yes, or done; 1 no, such as a rejected list or a report with something to check; 2 the command failed.
`;

const isHelp = (word: string): boolean => word === '--help' || word === '-h' || word === 'help';

async function main([name = '', ...args]: string[], terminal: Terminal): Promise<number> {
  if (isHelp(name) && args.length === 0) {
    terminal.stdout.write(USAGE);
    return 0;
  }
  const [asked, ...more] = isHelp(name) ? args : [name, ...args];
  const verb = getOwn(VERBS, asked!);
  if (!verb) {
    terminal.stderr.write(name === '' ? USAGE : `MM705: there is no verb ${JSON.stringify(asked)}\n\n${USAGE}`);
    return 2;
  }
  if (isHelp(name) || more.some((word) => word === '--help' || word === '-h')) {
    terminal.stdout.write(verb.usage);
    return 0;
  }
  return verb.run(more, terminal);
}

// A closed pipe (`| head`) must not end a command that is still working.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
const terminal = plainTerminal({ stdout: process.stdout, stderr: process.stderr, ask: asker(process) });

main(process.argv.slice(2), terminal).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    terminal.stderr.write(`${explained(error).message}\n`);
    process.exitCode = 2;
  },
);
