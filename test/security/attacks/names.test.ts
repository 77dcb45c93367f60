import { execFileSync } from 'node:child_process';
import { campaignName, runFolder } from '../../../lambda-src/domain/campaign/campaign';
import { noCounts } from '../../../lambda-src/domain/outcomes';
import { shellWord } from '../../../lambda-src/domain/text/escape-control-characters';
import type { ObjectCreated } from '../../../lambda-src/functions/register/arrival';
import { register } from '../../../lambda-src/functions/register/register';
import { notice } from '../../../lambda-src/functions/report/notice';
import type { Summary } from '../../../lambda-src/functions/report/summary';
import { trackedNotice } from '../../../lambda-src/functions/report/tracked-notice';
import { RefusalBreaker } from '../../../lambda-src/functions/send/refusal-breaker';
import { liveKeys } from '../../../lambda-src/functions/track/live-counts';
import { judgeCampaign } from '../../../lambda-src/functions/track/reputation-breaker';
import { FORMAT, LAYOUT, type RunRef } from '../../../src/private/contract';
import { memoryBus } from '../../support/memory-bus';
import { memoryStore } from '../../support/memory-store';
import { runRef, SETTINGS, silent, TRACKING, uncounted, unlocked } from '../../support/run';

/** Whoever may put a list chooses its key. */
const EVIL = 'may\r\n\r\nReport: https://evil.example/\u001b[2J\u202e\u2028x';
/** No line of a text is the name's own, and nothing in it moves a cursor or turns a line. */
const expectEscaped = (text: string, lines: number): void => {
  expect(text.split(/\r|\n|\u2028/)).toHaveLength(lines);
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e\u2028]/u);
};

const run = (name: string): RunRef => ({
  ...runRef(),
  campaign: `mailer/${name}`,
  folder: runFolder(`mailer/${name}`, 1, '2026-11-25T01:00:00Z'),
  list: { ...runRef().list, key: `campaigns/${name}.csv` },
});

const summary = (more: Partial<Summary>): Summary => ({
  v: FORMAT,
  campaign: `mailer/${EVIL}`,
  run: 1,
  list: runRef().list,
  startedAt: 'x',
  endedAt: 'x',
  status: 'completed',
  files: [],
  ...more,
});

describe('a campaign named with line breaks, ANSI and direction marks writes no line of its own', () => {
  test.each([
    ['refused', summary({ status: 'rejected', rejection: { code: 'MM1', message: 'm' } }), 3],
    ['draft', summary({ status: 'draft', planned: { recipients: 1, invalid: 0, duplicate: 0, invalidByCode: {} } }), 2],
    ['failed', summary({ status: 'failed', failure: { error: 'E' } }), 2],
    ['ended', summary({ counts: { ...noCounts(), sent: 1 }, rows: 1 }), 3],
    ['continued', summary({ counts: { ...noCounts(), sent: 1 }, rows: 1, continues: '2026-11-25T01:00:00Z' }), 4],
  ])('in the notice of a run that is %s', (_, of, lines) => {
    const { subject, text } = notice(run(EVIL), of);
    expectEscaped(text, lines);
    expect(subject).toMatch(/^[\x20-\x7e]{1,100}$/);
  });

  test('in the second report’s notice', () => {
    const { subject, text } = trackedNotice(run(EVIL), summary({}));
    expectEscaped(text, 2);
    expect(subject).toMatch(/^[\x20-\x7e]{1,100}$/);
  });

  test('in the breaker’s alerts by either signal, whose commands run nothing but themselves', async () => {
    const name = `may'$(touch /tmp/owned)\`id\`;id\n"${EVIL}`;
    const texts: string[] = [];
    const ports = {
      store: memoryStore(),
      bus: memoryBus(),
      log: silent,
      metrics: uncounted,
      clock: { now: () => 0, sleep: async () => {} },
      newId: () => 'id',
      notices: { publish: async (_: string, text: string) => void texts.push(text) },
    };
    const of = run(name);
    await ports.store.write({
      key: { pk: `campaign#${of.campaignDigest}`, sk: 'campaign' },
      when: { absent: 'run' },
      set: { v: FORMAT, run: 1, turn: 1, campaign: of.campaign, bucket: 'lists', folder: of.folder },
    });
    const breaker = await RefusalBreaker.of(of, { maxRefusedPercent: 0 }, ports);
    await breaker.note('MessageRejected: ann@example.org\nforged: line');
    await breaker.report();
    expectEscaped(texts[0], 4);
    texts.length = 0;
    const counts = { key: liveKeys(of.campaignDigest)[0]!, when: { absent: 'x' } as const };
    await ports.store.write({ ...counts, set: { v: FORMAT, counts: { accepted: 2000, againstBounce: 2000 } } });
    await ports.store.write({
      key: { pk: `campaign#${of.campaignDigest}`, sk: 'campaign' },
      when: { not: { absent: 'run' } },
      set: {},
      remove: ['paused'],
    });
    await judgeCampaign(of.campaignDigest, TRACKING, ports);
    expectEscaped(texts[0], 8);
    for (const line of texts[0].split('\n').filter((one) => one.includes('cdk-mailmatrix'))) {
      const command = line.trim().replace('cdk-mailmatrix', "printf '%s\\n'");
      // What a shell makes of it: the verb and one word.
      const words = execFileSync('bash', ['-c', command], { encoding: 'utf8' }).trimEnd().split('\n');
      expect(words).toHaveLength(2);
      expect(words[1]).toContain('$(touch /tmp/owned)`id`;id');
    }
  });
});

test.each(["a'b", '$(id)', 'a b', '-rf', '`x`', 'a;b', 'a&&b', '"', '\\', 'näme/2026', 'plain-name'])(
  'the name %s is one word of a command line, and is itself',
  (name) => {
    expect(execFileSync('bash', ['-c', `printf %s ${shellWord(name)}`], { encoding: 'utf8' })).toBe(name);
  },
);

describe('a key that reaches for another campaign’s or run’s folder', () => {
  const PREFIX = 'campaigns/';
  const AT = '2026-11-25T01:00:00.000Z';
  const OTHER = runFolder('mailer/may', 1, AT);

  test.each([
    '../reports/mailer/may/0001-20261125T010000Z/plan.json',
    'may/0001-20261125T010000Z',
    'may/0001-20261125T010000Z/shards',
    'may/../may',
    '/may',
    'may/',
    'may//',
    '%2e%2e/may',
    '..%2freports%2fmay',
    '\0',
    'may\u0000.csv',
    'may\n',
    'may.csv.csv',
    'm\u0061\u0301y',
    '.csv',
    '',
    ' ',
    '+',
  ])('%j has a folder of its own, of which no file lies among another’s', (name) => {
    const folder = runFolder(`mailer/${campaignName(`${PREFIX}${name}`, PREFIX)}`, 1, AT);
    expect(folder.startsWith(LAYOUT.reports)).toBe(true);
    if (folder === OTHER) return;
    const files = [...Object.values(LAYOUT), 'outcomes/00001.jsonl', 'shards/00001.jsonl'].filter(
      (one) => !one.startsWith('reports'),
    );
    const own = new Set(files.map((file) => folder + file));
    expect(files.filter((file) => own.has(OTHER + file))).toEqual([]);
  });

  test.each([
    ['ASCII', 'a'.repeat(1010)],
    ['two bytes each', 'é'.repeat(505)],
    ['folders', `${'d/'.repeat(500)}x`],
  ])('of 1,024 bytes (%s): its run’s files have keys that S3 takes, and another such name other ones', (_, name) => {
    const longest = `${LAYOUT.attachments}${'f'.repeat(64)}`;
    const mailer = 'm'.repeat(64);
    const folder = runFolder(`${mailer}/${name}`, 12_345, AT);
    expect(Buffer.byteLength(folder + longest)).toBeLessThanOrEqual(1024);
    expect(folder).not.toContain('\ufffd');
    expect(folder).not.toBe(runFolder(`${mailer}/${name.slice(0, -1)}z`, 12_345, AT));
  });

  test('a name that is short enough is its folder, as it always was', () => {
    expect(runFolder('mailer/2026/may', 1, AT)).toBe('reports/mailer/2026/may/0001-20261125T010000Z/');
  });
});

describe('who may start an execution, with an event of their own', () => {
  const BUCKET = 'lists';
  const event = (more: { bucket?: string; key?: string } = {}): ObjectCreated => ({
    time: '2026-11-25T01:00:00Z',
    detail: {
      bucket: { name: more.bucket ?? BUCKET },
      object: { key: more.key ?? 'campaigns/may.csv', size: 10, etag: 'e', sequencer: '00A1' },
    },
  });
  const world = (bound?: string) => {
    const store = memoryStore();
    let executions = 0;
    const opened: string[] = [];
    const ports = {
      ...{ store, bus: memoryBus(), settings: SETTINGS, log: silent, bucket: BUCKET, locked: unlocked },
      targetCampaign: async ({ list }: { list: { bucket: string } }) => {
        opened.push(list.bucket);
        return bound;
      },
    };
    const arrive = (of: never | object) =>
      register(
        {
          v: FORMAT,
          execution: `arn:${++executions}`,
          startedAt: '2026-11-25T01:00:00.000Z',
          event: of as ObjectCreated,
        },
        ports,
      );
    return { store, arrive, opened };
  };

  test('has no list of another bucket read or sent', async () => {
    const { arrive, opened, store } = world();
    await expect(arrive(event({ bucket: 'another' }))).rejects.toThrow(/^MM516: /);
    await expect(arrive({ draft: event({ bucket: 'another' }) })).rejects.toThrow(/^MM516: /);
    expect(opened).toEqual([]);
    expect(store.items.size).toBe(0);
  });

  test('takes no campaign of another mailer up that shares the ledger', async () => {
    const { arrive, store } = world();
    await store.write({
      key: { pk: 'campaign#x', sk: 'campaign' },
      when: { absent: 'run' },
      set: { run: 1 },
    });
    const before = store.items.size;
    await expect(arrive({ resume: { campaign: 'another/may' } })).rejects.toThrow(/^MM516: /);
    expect(store.items.size).toBe(before);
  });

  test.each([
    ['null', null],
    ['a text', 'x'],
    ['nothing in it', {}],
    ['no object', { detail: { bucket: { name: BUCKET } } }],
    ['a key that is no text', { time: 'x', detail: { bucket: { name: BUCKET }, object: { key: { a: 1 }, size: 1 } } }],
    ['a draft of nothing', { draft: null }],
    ['a resume of nothing', { resume: null }],
    ['__proto__', JSON.parse('{"__proto__":{"resume":{"campaign":"mailer/may"}}}')],
  ])('an event that is %s fails as such, and begins nothing', async (_, of) => {
    const { arrive, store } = world();
    await expect(arrive(of as object)).rejects.toThrow(/^MM516: /);
    expect(store.items.size).toBe(0);
  });

  test('a retry file that names a campaign of another mailer on this ledger does not supersede its run', async () => {
    const theirs = world();
    await theirs.arrive(event());
    const { arrive } = world('another/may');
    const found = await arrive(event({ key: 'campaigns/retry.csv' }));
    expect(found).toMatchObject({
      decision: 'rejected',
      rejection: { code: 'MM511' },
      run: { campaign: 'mailer/retry' },
    });
  });

  test('a retry file’s campaign cell does not fill the alert, and no address in it is told', async () => {
    const { arrive } = world(`ann@example.org\n${'x'.repeat(50_000)}`);
    const found = await arrive(event({ key: 'campaigns/retry.csv' }));
    const { message } = found.rejection!;
    expect(message.length).toBeLessThan(1000);
    expect(message).not.toMatch(/ann@|\n/);
  });

  test.each(['!draft/may', '!elsewhere/may'])('a list named %s, as ours are, is refused', async (name) => {
    const { arrive } = world();
    const found = await arrive(event({ key: `campaigns/${name}.csv` }));
    expect(found).toMatchObject({ decision: 'rejected', rejection: { code: 'MM517' } });
  });
});
