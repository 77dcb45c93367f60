import * as path from 'node:path';
import { Campaigns } from '../../local/campaigns';
import { deploy } from '../../local/deploy';
import { localEnvironment } from '../../local/environment';
import { ROOT } from '../../local/root';
import { waitFor } from '../../local/wait';
import type { Connection } from '../../src/private/contract';
import {
  addresses,
  mailsOf as allMailsOf,
  command,
  counts,
  recipients,
  ses,
  smoke,
  summaryOf,
} from './support/deployed';

/** Two mailers in one stack on one ledger, with what the quickstart leaves at its defaults. */
let resending: Campaigns;
let byUpload: Campaigns;
/** Seen to wait for the second one's window, beside the first tests; `opens`: when it did. */
let early: { readonly run: string; readonly to: string; readonly opens: number };
const EARLY = '@early.example';
/** A deployment that takes longer than the window is closed shows nothing, and is made again: as an update it is quick. */
const DEPLOYMENTS = 3;

/** Without the one who has their mail when the window opens. */
async function mailsOf<T>(doing: () => Promise<T>) {
  const { result, mails } = await allMailsOf(doing);
  return { result, mails: mails.filter(({ to }) => !to.some((one) => one.endsWith(EARLY))) };
}

beforeAll(async () => {
  const app = path.join(ROOT, 'test/e2e/apps/policies');
  const emulator = { url: addresses.emulator, environment: localEnvironment(addresses.emulator), stop: async () => {} };
  for (let deployment = 1; !early; deployment++) {
    if (deployment > DEPLOYMENTS) throw new Error('the window was open before any run could wait for it');
    const { Policies } = await deploy(emulator, app, addresses.folder);
    const mailer = (name: string): Campaigns => {
      const [, value] = Object.entries(Policies).find(([id]) => id.startsWith(name) && id.includes('Connection'))!;
      return new Campaigns(JSON.parse(value) as Connection, addresses.emulator);
    };
    resending ??= mailer('Resending');
    byUpload ??= mailer('ByUpload');
    const opens = Date.parse(Policies.Opens!);
    if (Date.now() > opens) continue;
    const to = `${deployment}${EARLY}`;
    const run = await byUpload.upload(`early-${deployment}.csv`, `email,name\n${to},E\n`);
    const waits = await waitFor('the run that waits for its window', 240, async () => {
      const { out } = await command('Policies/ByUpload', 'status');
      if (out.includes(`0 of 1 recipients; outside the sending window until ${Policies.Opens}`)) return 'seen';
      return Date.now() > opens ? 'missed' : undefined;
    });
    if (waits === 'seen') early = { run, to, opens };
  }
}, 900_000);
afterEach(() => ses.faults([]));
afterAll(() => {
  resending.close();
  byUpload.close();
});

test('two people behind one mailbox get one mail each, under a prefix and columns of the owner’s', async () => {
  const list =
    'Contact|member|name\nfamily@example.org|1|Ann\nFamily@example.org|2|Bob\nfamily@example.org|1|Ann again\n';
  const { result, mails } = await mailsOf(() => resending.run('members.csv', list));
  expect(mails.map(({ subject }) => subject).sort()).toEqual(['For 1', 'For 2']);
  expect((await summaryOf(resending, result)).counts).toEqual(counts({ sent: 2, duplicate: 1 }));
});

test('the encoding and the delimiter are the owner’s, where the bytes could mean something else', async () => {
  // In UTF-8 the two bytes are one letter and the third is none; and the first line asks for commas.
  const list = Buffer.from('sep=,\nContact|member|name\nsaid@example.org|1,2;3|J\xc3\xbcrg \x80\n', 'latin1');
  const { result, mails } = await mailsOf(() => resending.run('said.txt', list));
  expect(mails).toMatchObject([{ to: ['said@example.org'], subject: 'For 1,2;3' }]);
  expect(JSON.stringify(mails)).toContain('JÃ¼rg €');
  expect(await summaryOf(resending, result)).not.toHaveProperty('guess');

  const look = await mailsOf(() => resending.draft('said.txt', list));
  expect(look.mails).toEqual([]);
  expect(await resending.report(look.result, 'samples/1.txt')).toContain('JÃ¼rg €');
});

test('a smoke test writes its list as the owner has said that lists are', async () => {
  const columns = ['--column', 'member=1|2', '--column', 'name=Jürg'];
  const { result, mails } = await mailsOf(() => smoke('Policies/Resending', ...columns, '--timeout', '30'));
  expect(result).toMatchObject(Array.from({ length: 5 }, () => ({ level: 'ok' })));
  expect(mails).toMatchObject(mails.map(() => ({ subject: 'For 1|2', text: expect.stringContaining('Hello Jürg') })));
  expect(mails).toHaveLength(5);
});

test('with resending accepted, a lost answer is tried again once its worker cannot be alive', async () => {
  const people = [1, 2, 3, 4].map((n) => `p${n}@example.org`);
  const list = `Contact|member|name\n${people.map((to, at) => `${to}|${at}|N`).join('\n')}\n`;
  // SES took the first and not the second, and nobody was told of either.
  await ses.faults([
    { when: { to: [people[0]] }, times: 1, does: 'reset', accepted: true },
    { when: { to: [people[1]] }, times: 1, does: 'reset' },
  ]);
  const { result, mails } = await mailsOf(() => resending.run('resent.csv', list));
  expect(recipients(mails)).toEqual([people[0], ...people]);
  expect((await summaryOf(resending, result)).counts).toEqual(counts({ sent: 4 }));
});

test('outside its window a run waits in the state machine and mails nobody; in it, it goes on by itself', async () => {
  const result = await byUpload.ended(early.run);
  expect(await summaryOf(byUpload, result)).toMatchObject({
    counts: counts({ sent: 1 }),
    windowWaitSeconds: expect.any(Number),
  });
  const asked = (await ses.requests()).filter(({ to }) => to.includes(early.to));
  expect(asked).toHaveLength(1);
  expect(asked[0]!.at).toBeGreaterThanOrEqual(early.opens);
});

test('every upload is a campaign of its own, and its repeated event none', async () => {
  const list = 'email,name,template\nann@example.org,Ann,\nbob@example.org,Bob,terms\n';
  const first = await mailsOf(() => byUpload.run('monthly.csv', list));
  expect(first.mails.map(({ subject }) => subject).sort()).toEqual(['Offer', 'Terms']);
  const second = await mailsOf(() => byUpload.run('monthly.csv', list));
  expect(recipients(second.mails)).toEqual(['ann@example.org', 'bob@example.org']);
  const third = await mailsOf(async () => byUpload.ended(await byUpload.repeat(second.result)));
  expect(third.mails).toEqual([]);
  expect((await summaryOf(byUpload, second.result)).counts).toEqual(counts({ sent: 2 }));
});

test('two mailers on one ledger, three campaigns at once: everybody once, and SES need not throttle', async () => {
  const people = (of: string) => Array.from({ length: 200 }, (_, at) => `${of}${at}@example.org`);
  const offers = (of: string) => `email,name\n${people(of).join(',N\n')},N\n`;
  const members = `Contact|member|name\n${people('m')
    .map((to, at) => `${to}|${at}|N`)
    .join('\n')}\n`;
  const { requests } = await ses.count();
  const { result, mails } = await mailsOf(() =>
    Promise.all([
      resending.run('at-once.csv', members),
      byUpload.run('one.csv', offers('a')),
      byUpload.run('two.csv', offers('b')),
    ]),
  );

  expect(recipients(mails)).toEqual([...people('m'), ...people('a'), ...people('b')].sort());
  for (const [at, of] of [resending, byUpload, byUpload].entries()) {
    expect((await summaryOf(of, result[at])).counts).toEqual(counts({ sent: 200 }));
  }
  const throttled = (await ses.requests(requests)).filter(({ answer }) => answer.startsWith('429'));
  expect(throttled).toEqual([]);
});
