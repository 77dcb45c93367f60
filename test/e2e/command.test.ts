import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { foldAddress } from '../../lambda-src/domain/address/address';
import { judge } from '../../local/judge';
import { makeList } from '../../local/list';
import { ROOT } from '../../local/root';
import { waitFor } from '../../local/wait';
import type { Counts } from '../../src/private/contract';
import { commandEnvironment, counts, mailsOf, recipients, ses } from './support/deployed';

/** The bundled command, as who installed the package runs it. */
const COMMAND = path.join(ROOT, 'assets', 'cli', 'index.js');
const MAILER = ['--mailer', 'Mail/Mailer'];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'command-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => ses.account({ maxPerSecond: 200 }));
afterEach(() => ses.faults([]));

interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const command = (...args: string[]): Promise<Told> => begin(...args).told;

/** And what it says while it runs. */
function begin(...args: string[]): { readonly told: Promise<Told>; says(): string } {
  let said = '';
  const told = new Promise<Told>((resolve) => {
    const child = execFile(
      process.execPath,
      [COMMAND, args[0]!, ...MAILER, ...args.slice(1)],
      { env: commandEnvironment(), cwd: folder },
      (_, out, err) => resolve({ code: child.exitCode ?? -1, out, err }),
    );
    child.stderr!.on('data', (text) => {
      said += text;
    });
  });
  return { told, says: () => said };
}

async function ok(...args: string[]): Promise<Told> {
  const told = await command(...args);
  if (told.code !== 0) throw new Error(`${args.join(' ')} ended with ${told.code}: ${told.out}${told.err}`);
  return told;
}

/** Of what `--json` prints, what these tests look at. */
interface State {
  readonly paused?: string;
  readonly counts: Partial<Counts>;
  readonly approximate: boolean;
  readonly executions?: readonly string[];
  readonly runs: readonly RunState[];
  readonly actions: readonly { readonly what: string; readonly why: string }[];
}
interface RunState {
  readonly run: number;
  readonly list: string;
  readonly status: string;
  readonly state: string;
  readonly stopReason?: string;
  readonly passed?: number;
  readonly sendAt?: string;
  readonly summary: { readonly counts: Counts; readonly reasons: object; readonly endedAt: string };
}

const json = async (...args: string[]): Promise<State> => JSON.parse((await command(...args, '--json')).out);

/** Of a campaign that may not have begun. */
async function seen(campaign: string): Promise<State | undefined> {
  const { out } = await command('status', campaign, '--json');
  return out ? JSON.parse(out) : undefined;
}

function file(name: string, text: string): string {
  writeFileSync(path.join(folder, name), text);
  return name;
}

const accepted = async () => (await ses.count()).accepted;
const reached = (since: number, mails: number) =>
  waitFor(`${mails} mails`, 60, async () => (await accepted()) - since >= mails || undefined);
const ended = (campaign: string) =>
  waitFor('the end of the run', 120, async () => {
    const state = await seen(campaign);
    return state?.runs.every(({ status }) => status !== 'RUNNING') ? state : undefined;
  });

/** Two in doubt and three refused; the doubts' claims are over when the last test comes to them. */
const doubtful = makeList({ recipients: 40, seed: 65 }).expected.people;

test('retry tries those whom SES refused, and nobody who is in doubt', async () => {
  const rejected = { status: 400, type: 'MessageRejected', message: 'Email rejected.' };
  await ses.faults([
    { when: { to: doubtful.slice(0, 3).map(({ to }) => to) }, does: rejected },
    { when: { to: doubtful.slice(3, 5).map(({ to }) => to) }, does: 'reset' },
  ]);
  file('year.csv', makeList({ recipients: 40, seed: 65 }).text);
  const first = await mailsOf(() => command('send', 'year.csv'));
  expect(first.result.code).toBe(1);
  expect(judge(doubtful.slice(5), first.mails)).toEqual([]);
  await ses.faults([]);
  const second = await mailsOf(() => ok('retry', 'year', '--why', 'their list is right now'));
  expect(judge(doubtful.slice(0, 3), second.mails)).toEqual([]);
  expect(second.result.out).toContain('year, run 2: 3 sent of 3 rows');
  expect(await command('retry', 'year')).toMatchObject({
    code: 1,
    out: expect.stringContaining('nobody to try again'),
  });
});

test('a list is sent and followed; under its name again only when one says so', async () => {
  const list = makeList({ recipients: 300, seed: 61 });
  const { result, mails } = await mailsOf(() => ok('send', file('spring.csv', list.text)));
  expect(judge(list.expected.people, mails)).toEqual([]);
  expect(result.out).toMatch(/^spring, run 1: 300 sent of \d+ rows\.$/m);
  expect(result.err).toMatch(/about [\d,]+ of 300 recipients/);

  const longer = makeList({ recipients: 300, seed: 61, more: 5 });
  file('spring.csv', longer.text);
  const refused = await mailsOf(() => command('send', 'spring.csv'));
  expect(refused).toMatchObject({ mails: [], result: { code: 2, err: expect.stringMatching(/^MM715: .*--continue/) } });

  const dry = await mailsOf(() => ok('send', 'spring.csv', '--dry-run'));
  expect(dry.mails).toEqual([]);
  expect(dry.result.err).toContain('it would continue spring');
  expect(dry.result.out).toContain('a draft, nobody was mailed. 305 of');

  const more = await mailsOf(() => ok('send', 'spring.csv', '--continue', '--why', 'five more'));
  expect(recipients(more.mails)).toHaveLength(5);
  const { actions } = await json('status', 'spring');
  expect(actions).toMatchObject([
    { what: 'send', list: 'campaigns/spring.csv', why: 'five more', who: expect.stringContaining('arn:aws') },
    { what: 'send', list: 'campaigns/spring.csv' },
  ]);
});

test('parts of a list are sent as one run, and further parts of its campaign as another', async () => {
  const lists = [62, 63, 64].map((seed) => makeList({ recipients: 20, seed }));
  const names = lists.map(({ text }, at) => {
    writeFileSync(path.join(folder, `part-${at + 1}.csv.gz`), gzipSync(text));
    return `part-${at + 1}.csv.gz`;
  });
  // Some are on two of the lists: the first row is theirs.
  const all = lists.flatMap(({ expected }) => expected.people);
  const people = [...new Map(all.reverse().map((one) => [foldAddress(one.to), one] as const)).values()];
  expect(people.length).toBeLessThan(60);
  const { result, mails } = await mailsOf(() => ok('send', ...names, '--campaign', 'parts'));
  expect(judge(people, mails)).toEqual([]);
  expect(result.err).toMatch(/\(3 parts\) would be sent/);
  expect(result.out).toMatch(new RegExp(`^parts, run 1: ${people.length} sent of \\d+ rows\\.$`, 'm'));

  const again = await mailsOf(() => command('send', ...names, '--campaign', 'parts', '--continue'));
  expect(again.mails).toEqual([]);
  expect(again.result.out).toMatch(new RegExp(`^continues parts, .*: 0 new, ${people.length} already sent$`, 'm'));
  expect(await command('send', ...names)).toMatchObject({ code: 2, err: expect.stringContaining('--campaign') });
});

test('a rejected list is corrected and sent under its own name', async () => {
  const wrong = await mailsOf(() => command('send', file('corrected.csv', 'email,town\nann@lists.example,Oslo\n')));
  expect(wrong).toMatchObject({ mails: [], result: { code: 1, out: expect.stringContaining('MM323') } });
  const list = makeList({ recipients: 10, seed: 68 });
  const { mails } = await mailsOf(() => ok('send', file('corrected.csv', list.text)));
  expect(judge(list.expected.people, mails)).toEqual([]);
});

test('a list that another campaign had today is sent only where that is meant', async () => {
  const list = makeList({ recipients: 5, seed: 67 });
  await ok('send', file('monday.csv', list.text));
  const asked = await mailsOf(() => command('send', file('tuesday.csv', list.text)));
  const words = 'The list has the same content as the list of monday, run 1, of ';
  expect(asked).toMatchObject({
    mails: [],
    result: { code: 2, err: expect.stringContaining(`MM725: send: ${words}`) },
  });
  const { result, mails } = await mailsOf(() => ok('send', 'tuesday.csv', '--same-list'));
  expect(judge(list.expected.people, mails)).toEqual([]);
  expect(result.out).toContain(words);
  expect((await ok('send', 'tuesday.csv', '--continue')).out).toContain('already sent: 5');
});

test('paused in the middle nobody new is mailed; resumed everybody is, once', async () => {
  await ses.account({ maxPerSecond: 40 });
  const list = makeList({ recipients: 200, seed: 62 });
  file('summer.csv', list.text);
  const { mails } = await mailsOf(async () => {
    const since = await accepted();
    const sending = begin('send', 'summer.csv');
    await reached(since, 40);
    await ok('pause', 'summer', '--why', 'wrong date');
    // Seen by the worker: it has returned, and its child waits.
    const paused = await waitFor('the pause', 30, async () => {
      const [before, state, after] = [await accepted(), await json('status', 'summer'), await accepted()];
      return before === after && Number(state.runs[0]?.passed) > 0 ? { state, after } : undefined;
    });
    expect(paused.state).toMatchObject({
      paused: 'wrong date',
      runs: [{ status: 'RUNNING', state: 'sending', stopReason: 'paused: wrong date' }],
    });
    expect(paused.after - since).toBeLessThan(200);
    expect((await json('status')).runs).toMatchObject([{ run: 1, passed: expect.any(Number), recipients: 200 }]);
    expect((await ok('pause', 'summer')).out).toContain('was paused before');
    await waitFor('its word', 60, async () => sending.says().includes('paused: wrong date') || undefined);
    await ok('resume', 'summer', '--why', 'date is right');
    expect(await sending.told).toMatchObject({ code: 0, out: expect.stringContaining('200 sent') });
    expect((await command('resume', 'summer')).code).toBe(1);
  });
  expect(judge(list.expected.people, mails)).toEqual([]);
  const { actions } = await json('status', 'summer');
  expect(actions.map(({ what, why }) => [what, why])).toEqual([
    ['resume', 'date is right'],
    ['pause', 'wrong date'],
    ['send', 'no reason was given'],
  ]);
});

test('a cancelled run ends with a report, and resume goes on with the others', async () => {
  await ses.account({ maxPerSecond: 40 });
  const list = makeList({ recipients: 200, seed: 63 });
  const { mails } = await mailsOf(async () => {
    const since = await accepted();
    await ok('send', file('autumn.csv', list.text), '--no-wait', '--why', 'the leaves fall');
    await reached(since, 40);
    await ok('cancel', 'autumn', '--why', 'called off');
    const { summary } = (await ended('autumn')).runs[0]!;
    expect(summary.counts.sent).toBeGreaterThanOrEqual(40);
    expect(summary.counts.sent + summary.counts.not_attempted).toBe(200);
    expect(summary.reasons).toMatchObject({ not_attempted: { 'cancelled: called off': expect.any(Number) } });
    expect((await command('cancel', 'autumn')).code).toBe(1);
    const { actions } = await json('status', 'autumn');
    expect(actions.map(({ what, why }) => [what, why])).toEqual([
      ['cancel', 'called off'],
      ['send', 'the leaves fall'],
    ]);

    expect((await json('resume', 'autumn')).executions).toEqual([expect.stringMatching(/^arn:/)]);
    await waitFor('run 2', 60, async () => (await seen('autumn'))?.runs[1]);
    expect(await ended('autumn')).toMatchObject({ counts: { sent: 200, not_attempted: 0 }, approximate: false });
    expect((await command('resume', 'autumn')).code).toBe(1);
  });
  expect(judge(list.expected.people, mails)).toEqual([]);
});

test('everything is paused before it began, and goes on', async () => {
  const list = makeList({ recipients: 20, seed: 64 });
  const { mails } = await mailsOf(async () => {
    await ok('pause', '--all', '--why', 'incident 7');
    const sending = ok('send', file('winter.csv', list.text));
    try {
      await waitFor('the worker', 60, async () => (await seen('winter'))?.runs[0]?.passed === 0 || undefined);
      expect((await ok('status')).out).toMatch(/^Everything is paused: incident 7, since .* by arn:aws/);
    } finally {
      await ok('resume', '--all');
    }
    await sending;
  });
  expect(judge(list.expected.people, mails)).toEqual([]);
});

test('--at: the list is read at once and sent at its time, which may not be long past', async () => {
  const past = await command('send', file('later.csv', 'email\n'), '--at', '2020-01-01T00:00:00Z');
  expect(past).toMatchObject({ code: 2, err: expect.stringMatching(/^MM701: --at: MM328/) });
  const list = makeList({ recipients: 10, seed: 66 });
  const at = new Date(Date.now() + 25_000).toISOString();
  const { result, mails } = await mailsOf(async () => {
    const sending = ok('send', file('later.csv', list.text), '--at', at);
    await waitFor('the wait', 60, async () => (await json('status')).runs.find(({ sendAt }) => sendAt === at));
    expect((await ok('status', 'later')).out).toContain(`10 recipients; waiting until ${at}`);
    return sending;
  });
  expect(judge(list.expected.people, mails)).toEqual([]);
  expect(result.err).toContain(`waiting until ${at}`);
  const [{ summary } = { summary: undefined }] = (await json('report', 'later')).runs;
  expect(summary).toMatchObject({ sendAt: at });
  expect(Date.parse(summary!.endedAt)).toBeGreaterThan(Date.parse(at));
});

test('report prints and saves what there is', async () => {
  const list = 'email,first name,city,note\nreport.ann@lists.example,Ann,Oslo,x\nnobody,Bo,Rome,x\n';
  await ok('send', file('report-me.csv', list));
  const { code, out } = await command('report', 'report-me', '--download', 'saved');
  expect([code, out]).toEqual([0, expect.stringContaining('1 sent of 2 rows')]);
  expect(readFileSync(path.join(folder, 'saved/results.csv'), 'utf8')).toContain('report.ann@lists.example,sent');
  expect(existsSync(path.join(folder, 'saved/invalid.csv'))).toBe(true);
  expect(await json('report', 'report-me')).toMatchObject({
    ...{ recipients: 1, counts: { sent: 1 }, approximate: false },
    runs: [{ summary: { counts: counts({ sent: 1, invalid: 1 }) } }],
  });
});

test('resend-in-doubt mails those in doubt, on the word of its owner, and nobody else', async () => {
  const doubt = ['resend-in-doubt', 'year'];
  expect((await command(...doubt)).err).toMatch(/^MM701: .*--accept-duplicates/);
  const { mails } = await mailsOf(() => ok(...doubt, '--accept-duplicates', '--why', 'both said no'));
  expect(judge(doubtful.slice(3, 5), mails)).toEqual([]);
  expect((await command(...doubt, '--accept-duplicates')).out).toContain('nobody is in doubt');
  const again = await mailsOf(() => command(...doubt, '--run', '1', '--accept-duplicates'));
  expect(again.mails).toEqual([]);
  const { actions } = await json('status', 'year');
  expect(actions.map(({ what, why }) => [what, why])).toEqual([
    ['resend-in-doubt', 'no reason was given'],
    ['resend-in-doubt', 'both said no'],
    ['retry', 'their list is right now'],
    ['send', 'no reason was given'],
  ]);
});

test('estimate knows the account', async () => {
  expect(await json('estimate', '--recipients', '2000000')).toMatchObject({
    perSecond: 200,
    max24Hours: 1_000_000,
    cost: { ses: 200 },
    askFor: { withinHours: 24, perDay: 2_000_000 },
  });
});

test('what is not there is said so', async () => {
  expect((await command('status', 'no-such')).err).toMatch(/^MM713: /);
  expect((await command('report', 'no-such')).code).toBe(2);
  const elsewhere = (...args: string[]): Promise<Told> => command('status', ...args);
  expect((await elsewhere('--mailer', 'NoSuch/Mailer')).err).toMatch(/^MM708: .*NoSuch/);
});
