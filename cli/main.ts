import { own } from '../lambda-src/core/own';
import * as approve from './approve';
import { asker } from './ask';
import { explained } from './aws-error';
import * as cancel from './cancel';
import * as check from './check';
import * as doctor from './doctor';
import * as estimate from './estimate';
import * as forget from './forget';
import * as history from './history';
import * as pause from './pause';
import { plainTerminal } from './plain-terminal';
import * as preview from './preview';
import * as reject from './reject';
import * as report from './report';
import * as resendInDoubt from './resend-in-doubt';
import * as resume from './resume';
import * as retry from './retry';
import * as send from './send';
import * as status from './status';
import * as suppress from './suppress';
import * as takeOver from './take-over';
import type { Terminal, Verb } from './verb';

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

cdk-mailmatrix VERB --help says more of each.
Exit code: 0 yes, or done; 1 no: the list was refused, or a run ended with something to look at; 2 it could not be done.
`;

const isHelp = (word: string): boolean => word === '--help' || word === '-h' || word === 'help';

async function main([name = '', ...args]: string[], terminal: Terminal): Promise<number> {
  if (isHelp(name) && args.length === 0) {
    terminal.stdout.write(USAGE);
    return 0;
  }
  const [asked, ...more] = isHelp(name) ? args : [name, ...args];
  const verb = own(VERBS, asked!);
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

// Whoever reads a result may have enough of it (`| head`): what was asked for is done all the same.
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
