import type { Owner } from '../../../../lambda-src/domain/mailer/ownership';
import { above, mailerKey, markedPrefix } from '../../../../lambda-src/domain/mailer/ownership';
import { guard } from '../../../../lambda-src/functions/register/guard';
import { locked } from '../../../../lambda-src/functions/register/lock';
import type { RegisterInput } from '../../../../lambda-src/functions/register/register';
import { FORMAT, LAYOUT, markerOf } from '../../../../src/private/contract';
import { memoryFiles } from '../../../support/memory-files';
import { memoryStore } from '../../../support/memory-store';
import { OWNER, silent, uncounted } from '../../../support/run';

const PREFIXES = ['campaigns/', 'drafts/'];
const ANOTHER: Owner = { mailer: 'another', holder: '111122223333/eu-west-1/Other', tableId: 'table-2' };

function world() {
  const store = memoryStore();
  const files = memoryFiles();
  const ports = { store, files, keys: files.keys };
  return {
    ...{ store, files, ports },
    reported: () => files.put('reports/mailer/may/0001-20261125T010000Z/summary.json', '{}', 'x'),
    /** The code by which the mailer is locked. */
    code: async (me: Owner = OWNER, prefixes: readonly string[] = PREFIXES) => (await guard(me, prefixes, ports))?.code,
    markers: () => [...files.objects.keys()].filter((key) => key.startsWith(LAYOUT.markers)).sort(),
  };
}

test('the first upload of a first deployment marks what the mailer owns, and is sent; so is every later one', async () => {
  const { code, markers, store, files } = world();
  expect(await code()).toBeUndefined();
  expect(store.get(mailerKey('mailer'))).toMatchObject({ v: FORMAT, ...OWNER });
  expect(markers()).toEqual(['mailers/campaigns/marker.json', 'mailers/drafts/marker.json']);
  expect(files.json(markerOf('campaigns/'))).toEqual({ v: FORMAT, ...OWNER });
  const before = [...files.objects];
  expect(await code()).toBeUndefined();
  expect([...files.objects]).toEqual(before);
});

test('an execution whose first reading is older than the first report of another is not locked', async () => {
  const { ports, reported, store } = world();
  let first = true;
  const read: typeof store.read = async (keys) => {
    const items = await store.read(keys);
    // Meanwhile another execution has claimed the name and reported its run.
    if (first) {
      first = false;
      expect(await guard(OWNER, PREFIXES, ports)).toBeUndefined();
      await reported();
    }
    return items;
  };
  const files = { ...ports.files, text: once(async () => undefined, ports.files.text) };
  const slow = { ...ports, files, store: { ...store, read } };
  expect(await guard(OWNER, PREFIXES, slow)).toBeUndefined();
});

/** The first two answers are of before; then those of now. */
function once<T>(before: (key: string) => Promise<T>, now: (key: string) => Promise<T>): (key: string) => Promise<T> {
  let left = PREFIXES.length;
  return (key) => (left-- > 0 ? before(key) : now(key));
}

describe('is sent', () => {
  test('another bucket, with the ledger that it was', async () => {
    const first = world();
    await first.code();
    const moved = world();
    await moved.store.write({ key: mailerKey('mailer'), when: { absent: 'v' }, set: { v: FORMAT, ...OWNER } });
    // Its reports were copied along.
    await moved.reported();
    expect(await moved.code()).toBeUndefined();
    expect(moved.markers()).toHaveLength(2);
  });

  test('other prefixes of the same mailer', async () => {
    const { code, markers } = world();
    await code();
    expect(await code(OWNER, ['lists/', 'drafts/'])).toBeUndefined();
    expect(await code(OWNER, ['lists/news/', 'drafts/'])).toBeUndefined();
    expect(markers()).toHaveLength(4);
  });

  test('a stack that was deleted and is there again, with the ledger that it left', async () => {
    const { code } = world();
    await code();
    expect(await code({ ...OWNER })).toBeUndefined();
  });

  test('a mailer whose first upload died between its record and its markers', async () => {
    const { store, code, reported } = world();
    await store.write({ key: mailerKey('mailer'), when: { absent: 'v' }, set: { v: FORMAT, ...OWNER } });
    await reported();
    expect(await code()).toBeUndefined();
  });

  test('two mailers of one bucket, under different prefixes', async () => {
    const { code } = world();
    expect(await code()).toBeUndefined();
    expect(await code(ANOTHER, ['offers/', 'offers-drafts/'])).toBeUndefined();
    expect(await code()).toBeUndefined();
  });
});

/** The same bucket, with another ledger. */
const sharing = (made: ReturnType<typeof world>, store = memoryStore()) => ({
  ...{ ...made, store },
  ports: { ...made.ports, store },
});

describe('sends nothing, and leaves all as it was', () => {
  const still = async ({ ports, store, files }: ReturnType<typeof world>, me: Owner, prefixes = PREFIXES) => {
    const before = JSON.stringify([[...files.objects], [...store.items]]);
    const rejection = await guard(me, prefixes, ports);
    // However often it is tried.
    expect((await guard(me, prefixes, ports))?.code).toBe(rejection?.code);
    expect(JSON.stringify([[...files.objects], [...store.items]])).toBe(before);
    return rejection;
  };

  test('a new ledger, where reports are', async () => {
    const made = world();
    await made.reported();
    expect(await still(made, OWNER)).toMatchObject({
      code: 'MM523',
      message: expect.stringMatching(/everybody on a list/),
    });
  });

  test('a new ledger, where markers are', async () => {
    const made = world();
    await made.code();
    const rejection = await still(sharing(made), { ...OWNER, tableId: 'table-2' });
    expect(rejection).toMatchObject({ code: 'MM522', message: expect.stringMatching(/id table-1, now table-2/) });
  });

  test('a ledger that was restored from a backup', async () => {
    const made = world();
    await made.code();
    expect(await still(made, { ...OWNER, tableId: 'table-2' })).toMatchObject({ code: 'MM521' });
  });

  test('a name that another stack has in this ledger', async () => {
    const made = world();
    await made.code();
    const other = { ...OWNER, holder: '111122223333/eu-west-1/Other' };
    expect(await still(made, other)).toMatchObject({ code: 'MM520', message: expect.stringContaining(OWNER.holder) });
    expect(await made.code()).toBeUndefined();
  });

  test.each<[string, Owner, RegExp]>([
    ['a mailer that was renamed', { ...OWNER, mailer: 'renamed' }, /under the new name every campaign is new/],
    ['a second mailer with a ledger of its own', ANOTHER, /both send every list/],
    ['a second mailer on the same ledger', { ...ANOTHER, tableId: OWNER.tableId }, /both send every list/],
    ['a second mailer of the same default name', { ...ANOTHER, mailer: OWNER.mailer }, /both send every list/],
  ])('%s, under a prefix that is another’s', async (_, second, message) => {
    const made = world();
    await made.code();
    const store = second.tableId === OWNER.tableId ? made.store : memoryStore();
    expect(await still(sharing(made, store), second)).toMatchObject({
      code: 'MM524',
      message: expect.stringMatching(message),
    });
    expect(await made.code()).toBeUndefined();
  });

  test('a second mailer that has but the drafts in common', async () => {
    const made = world();
    await made.code();
    expect(await still(made, ANOTHER, ['offers/', 'drafts/'])).toMatchObject({ code: 'MM524' });
  });

  test.each([
    ['below', ['campaigns/offers/', 'offers-drafts/']],
    ['far below', ['offers/', 'drafts/a/b/c/']],
  ])('a second mailer with a prefix %s', async (_, prefixes) => {
    const made = world();
    await made.code();
    expect(await still(made, ANOTHER, prefixes)).toMatchObject({ code: 'MM525' });
    expect(await made.code()).toBeUndefined();
  });

  test('a second mailer with a prefix above', async () => {
    const made = world();
    await made.code(OWNER, ['mail/campaigns/', 'mail/drafts/']);
    expect(await still(made, ANOTHER, ['mail/', 'drafts/'])).toMatchObject({ code: 'MM525' });
  });

  test.each(['', 'null', '{', '[]', '"x"', '{"mailer":1}'])('a marker that says %j', async (text) => {
    const made = world();
    await made.files.put(markerOf('campaigns/'), text, 'x');
    expect(await still(made, OWNER)).toMatchObject({ code: 'MM524' });
  });
});

test('of two that come at once, one sends; of two with overlapping prefixes, one at most', async () => {
  for (const prefixes of [PREFIXES, ['campaigns/offers/', 'offers-drafts/']]) {
    const { code } = world();
    const ends = await Promise.all([code(), code(ANOTHER, prefixes)]);
    expect(ends.filter((end) => end === undefined).length).toBeLessThanOrEqual(1);
    expect(ends).not.toEqual([undefined, undefined]);
  }
});

test('of two that mark the same prefixes at once, the first has all of them', async () => {
  const { ports, code } = world();
  const stale = { ...ports, files: { ...ports.files, text: once(async () => undefined, ports.files.text) } };
  let second: string | undefined;
  const putIfAbsent: typeof ports.files.putIfAbsent = async (key, body, type) => {
    const put = await ports.files.putIfAbsent(key, body, type);
    if (key === markerOf('campaigns/')) second = (await guard(ANOTHER, PREFIXES, stale))?.code;
    return put;
  };
  expect(await guard(OWNER, PREFIXES, { ...ports, files: { ...ports.files, putIfAbsent } })).toBeUndefined();
  expect(second).toBe('MM524');
  expect(await code()).toBeUndefined();
});

test('prefixes and their markers', () => {
  expect(above('a/b/c/')).toEqual(['a/', 'a/b/']);
  expect(above('a/')).toEqual([]);
  expect(markedPrefix(markerOf('a/b/'))).toBe('a/b/');
  for (const key of ['mailers/a/marker.json.x', 'mailers/amarker.json', 'a/marker.json'])
    expect(markedPrefix(key)).toBeUndefined();
});

describe('a locked mailer', () => {
  const object = { key: 'campaigns/may\u2028x.csv', size: 1, etag: 'e', sequencer: '1' };
  const event = { time: 't', detail: { bucket: { name: 'lists' }, object } };
  const tell = async (of: RegisterInput['event']) => {
    const told: string[] = [];
    let counted = 0;
    const output = await locked(
      { v: FORMAT, execution: 'arn:1', startedAt: 't', event: of },
      {
        lock: async () => ({ code: 'MM522', message: 'everybody may get it again' }),
        notices: { publish: async (subject, text, { kind }) => void told.push(kind, subject, text) },
        metrics: { ...uncounted, count: () => void counted++ },
        log: silent,
        mailer: 'Mail/Mailer',
      },
    );
    return { output, told, counted };
  };

  test('alerts with what may happen and with the command that accepts it', async () => {
    const { output, told, counted } = await tell(event);
    expect(output).toEqual({
      v: FORMAT,
      decision: 'locked',
      rejection: { code: 'MM522', message: expect.any(String) },
    });
    expect(told.slice(0, 2)).toEqual(['alert', 'MailMatrix: the mailer Mail/Mailer is locked']);
    expect(told[2]).toContain('s3://lists/campaigns/may\\u2028x.csv is not sent. MM522: everybody may get it again.');
    expect(told[2]).toContain('\n  cdk-mailmatrix take-over --mailer Mail/Mailer --why "..."\n');
    expect(counted).toBe(1);
  });

  test('alerts of drafts and resumed campaigns, too', async () => {
    expect((await tell({ draft: event })).counted).toBe(0);
    expect((await tell({ resume: { campaign: 'mailer/may' } })).told[2]).toContain(
      'The campaign mailer/may is not sent',
    );
  });
});
