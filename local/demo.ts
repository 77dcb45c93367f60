import * as path from 'node:path';
import { Campaigns, type EndedRun } from './campaigns';
import { readInbox } from './inbox';
import { judge } from './judge';
import { type MadeList, makeList } from './list';
import { ROOT } from './root';
import { type LocalStack, sesControl, startLocal } from './stack';

/** `npm run demo`: the quickstart, deployed and run on this machine. */
const APP = path.join(ROOT, 'examples', 'quickstart', 'typescript');
const RATE = 200;

const say = (text: string) => process.stdout.write(`${text}\n`);

let local: LocalStack | undefined;
let stopping = false;
async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  await local?.stop();
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));

async function main(): Promise<void> {
  const list = makeList({ recipients: 1000 });
  say('Starting the AWS emulator, SES and an inbox, on 127.0.0.1 only …');
  local = await startLocal({ name: 'demo', identities: ['example.com'], account: { maxPerSecond: RATE } });
  say(`  inbox     ${local.inbox}\n  emulator  ${local.emulator}\n  logs      ${path.relative(ROOT, local.folder)}`);
  say(`Deploying ${path.relative(ROOT, APP)} with cdk deploy …`);
  const connection = await local.deployMailer(APP);
  const campaigns = new Campaigns(connection, local.emulator);
  const { rows, people, invalid, duplicate } = list.expected;
  say(
    `Uploading ${rows} rows to ${connection.intakePrefix}welcome.csv: ${people.length} recipients, ${invalid} invalid, ${duplicate} duplicate`,
  );
  const execution = await campaigns.upload('welcome.csv', list.text);
  const run = await campaigns.ended(execution, progress(local, people.length));

  const problems = await verdict(local, campaigns, run, list);
  campaigns.close();
  for (const problem of problems.slice(0, 10)) say(`  wrong: ${problem}`);
  if (problems.length > 10) say(`  … and ${problems.length - 10} more`);
  say(
    problems.length === 0
      ? `All ${people.length} have their own mail, once each.`
      : `${problems.length} things are wrong.`,
  );
  const code = problems.length === 0 ? 0 : 1;
  if (process.env.CI) return stop(code);
  say(`\nThe inbox: ${local.inbox}\nEnd with Ctrl-C.`);
}

function progress(stack: LocalStack, of: number): () => Promise<void> {
  const ses = sesControl(stack);
  let shown = 0;
  return async () => {
    const { accepted } = await ses.count();
    if (accepted - shown < of / 10 && !(accepted === of && shown < of)) return;
    shown = accepted;
    say(`  ${String(accepted).padStart(5)} of ${of} mails`);
  };
}

async function verdict(
  stack: LocalStack,
  campaigns: Campaigns,
  run: EndedRun,
  { expected }: MadeList,
): Promise<string[]> {
  const { counts } = JSON.parse(await campaigns.report(run, 'summary.json')) as { counts: Record<string, number> };
  say(`The run ${run.status === 'SUCCEEDED' ? 'is done' : `ended as ${run.status}`}; summary.json counts`);
  for (const [outcome, count] of Object.entries(counts)) say(`  ${String(count).padStart(5)} ${outcome}`);
  const wanted: Record<string, number> = {
    sent: expected.people.length,
    invalid: expected.invalid,
    duplicate: expected.duplicate,
  };
  const problems = Object.entries(counts)
    .filter(([outcome, count]) => count !== (wanted[outcome] ?? 0))
    .map(([outcome, count]) => `summary.json counts ${count} ${outcome}, expected ${wanted[outcome] ?? 0}`);
  if (run.status !== 'SUCCEEDED') problems.push(`the run ended as ${run.status}`);
  const mails = (await readInbox(stack.inbox)).map(({ destination, subject, body }) => ({
    to: destination.to,
    subject,
    ...body,
  }));
  return [...problems, ...judge(expected.people, mails)];
}

main().catch(async (error: Error) => {
  process.stderr.write(`${error.message}\n`);
  await stop(1);
});
