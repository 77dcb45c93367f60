import { Readable } from 'node:stream';
import { exportOptOuts } from '../../../cli/verbs/suppress/export-opt-outs';
import { importOptOuts } from '../../../cli/verbs/suppress/import-opt-outs';
import { asPreferences, optedOut, optOut, preferencesKey } from '../../../lambda-src/domain/consent/preferences';
import { recipientKey } from '../../../lambda-src/domain/ledger/keys';
import { memoryStore } from '../../support/memory-store';

const NOW = Date.parse('2026-11-25T01:00:00Z');
const AT = '2026-11-25T01:00:00.000Z';

function setting() {
  const store = memoryStore();
  const of = (address: string) => asPreferences(store.get(preferencesKey(recipientKey(address, 'x'))));
  const go = (text: string, topic = '*') =>
    importOptOuts(async () => Readable.from([Buffer.from(text)]), { topic, now: NOW }, store);
  async function* items() {
    yield* [...store.items.values()].sort((a, b) => (a.pk + a.sk < b.pk + b.sk ? -1 : 1));
  }
  const out = async () => {
    const lines: string[] = [];
    const result = await exportOptOuts(items(), (text) => lines.push(text));
    return { result, text: lines.join('') };
  };
  return { store, of, go, out };
}

test('everybody on the file has left everything, or the topic that is said', async () => {
  const { go, of } = setting();
  expect(await go('email\nAnn@Example.org\nbob@example.org\n')).toEqual({
    rows: 2,
    optedOut: 2,
    already: 0,
    invalid: [],
  });
  expect(optedOut(of('ann@example.org'), 'whatever')).toEqual({ at: AT, source: 'import' });
  await go('E-Mail;Topic\ncleo@example.org;news\ndora@example.org;\n', 'offers');
  expect(['news', 'offers'].map((topic) => optedOut(of('cleo@example.org'), topic) !== undefined)).toEqual([
    true,
    false,
  ]);
  expect(['news', 'offers'].map((topic) => optedOut(of('dora@example.org'), topic) !== undefined)).toEqual([
    false,
    true,
  ]);
});

test('again it changes nothing, and the word of another source stands', async () => {
  const { go, of, store } = setting();
  const earlier = { at: '2026-01-01T00:00:00.000Z', source: 'complaint' } as const;
  await store.write(optOut(recipientKey('ann@example.org', 'x'), '*', earlier));
  const file = 'email\nann@example.org\nbob@example.org\n';
  expect(await go(file)).toMatchObject({ optedOut: 2, already: 0 });
  expect(await go(file)).toMatchObject({ optedOut: 0, already: 2 });
  expect(optedOut(of('ann@example.org'), 'news')).toEqual(earlier);
});

test('rows that are wrong are named by their line, and the others are in', async () => {
  const { go } = setting();
  const file = 'email,topic\nnobody,\nann@example.org,a b\nbob@example.org,news\nshort\n';
  expect(await go(file)).toEqual({ rows: 4, optedOut: 1, already: 0, invalid: [2, 3, 5] });
});

test('a ledger that fails is an error, and what was under way is waited for', async () => {
  const failing = { ...memoryStore(), write: async () => Promise.reject(new Error('no')) };
  const body = Readable.from([Buffer.from('email\na@example.org\n')]);
  await expect(importOptOuts(async () => body, { topic: '*', now: NOW }, failing)).rejects.toThrow('no');
});

test('what is written out can be brought in, with the addresses of those who were mailed or imported', async () => {
  const { go, store, out } = setting();
  await go('email,topic\nann@example.org,news\nann@example.org,offers\n');
  const bob = recipientKey('bob@example.org', 'x');
  store.items.set(`${bob.pk}\n${bob.sk}`, { ...bob, to: 'Bob@example.org', state: 'sent' });
  await store.write(optOut(bob, 'news', { at: AT, source: 'one_click' }));
  const stranger = recipientKey('cleo@example.org', 'x');
  await store.write(optOut(stranger, 'news', { at: AT, source: 'page' }));
  const mailed = recipientKey('dora@example.org', 'x');
  store.items.set(`${mailed.pk}\n${mailed.sk}`, { ...mailed, to: 'dora@example.org', state: 'sent' });

  const { result, text } = await out();
  expect(result).toEqual({ addresses: 3, optOuts: 4, unknown: 1 });
  expect(text.split('\r\n').sort()).toEqual(
    [
      '',
      'email,topic,since,source,recipient',
      `ann@example.org,news,${AT},import,${recipientKey('ann@example.org', 'x').pk}`,
      `ann@example.org,offers,${AT},import,${recipientKey('ann@example.org', 'x').pk}`,
      `Bob@example.org,news,${AT},one_click,${bob.pk}`,
      `,news,${AT},page,${stranger.pk}`,
    ].sort(),
  );
  const other = setting();
  expect(await other.go(text)).toMatchObject({ rows: 4, optedOut: 3 });
  expect(optedOut(other.of('bob@example.org'), 'news')).toBeDefined();
});
