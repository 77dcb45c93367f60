import { Readable } from 'node:stream';
import { historyLines } from '../../../cli/verbs/history';
import { exportOptOuts } from '../../../cli/verbs/suppress/export-opt-outs';
import { importOptOuts } from '../../../cli/verbs/suppress/import-opt-outs';
import { removalOf, removeOfAddress, removeOfCampaign } from '../../../cli/verbs/suppress/remove-opt-outs';
import type { EventWord } from '../../../lambda-src/domain/consent/event-words';
import {
  asPreferences,
  hearWords,
  optedOut,
  optOut,
  preferencesKey,
} from '../../../lambda-src/domain/consent/preferences';
import { historyOf } from '../../../lambda-src/domain/ledger/history';
import { campaignDigest, recipientKey } from '../../../lambda-src/domain/ledger/keys';
import { BOUNCE_RULES } from '../../../src/private/contract';
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

describe('remove', () => {
  const ANN = 'ann@example.org';
  const word = (kind: EventWord['kind'], messageId: string, campaign = 'mailer/may'): EventWord => ({
    kind,
    at: AT,
    messageId,
    campaign: campaignDigest(campaign),
  });
  const lift = {
    source: 'hard_bounce',
    who: 'arn:aws:iam::111122223333:user/op',
    why: 'their server was down',
  } as const;

  function silenced(...words: EventWord[]) {
    const made = setting();
    const person = { ...recipientKey(ANN, 'x'), to: ANN };
    const ports = { store: made.store, clock: { now: () => NOW + 1000 }, newId: () => 'id' };
    const hear = (...heard: EventWord[]) => hearWords(person, heard, BOUNCE_RULES, made.store);
    const sources = () => historyOf('x', [...made.store.items.values()]).optOuts.map(({ source }) => source);
    async function* items() {
      yield* [...made.store.items.values()];
    }
    return { ...made, person, ports, sources, items, hear, ready: hear(...words) };
  }

  test('takes back the opt-outs of one source, and the event that is delivered again does not silence again', async () => {
    const { ports, sources, hear, ready, go, store, person } = silenced(
      word('hard_bounce', 'm'),
      word('complaint', 'm'),
    );
    await ready;
    await go(`email\n${ANN}\n`);
    await store.write(optOut(person, 'news', { at: AT, source: 'one_click' }));
    const { removed, left } = await removeOfAddress(ANN, lift, ports);
    expect(removed).toMatchObject([
      { topic: '*', source: 'hard_bounce', messageId: 'm', who: lift.who, why: lift.why },
    ]);
    expect(left.map(({ source }) => source).sort()).toEqual(['complaint', 'import', 'one_click']);
    for (const again of [word('hard_bounce', 'm'), word('complaint', 'm'), word('soft_bounce', 'm')]) await hear(again);
    expect(sources().sort()).toEqual(['complaint', 'import', 'one_click']);
    await hear(word('hard_bounce', 'another'));
    expect(sources()).toContain('hard_bounce');
    expect(await removeOfAddress(ANN, { ...lift, source: 'import' }, ports)).toMatchObject({
      removed: [{ topic: '*' }],
    });
    expect((await removeOfAddress(ANN, { ...lift, source: 'import' }, ports)).removed).toEqual([]);
    expect(sources().sort()).toEqual(['complaint', 'hard_bounce', 'one_click']);
  });

  test('takes back a complaint of which the event comes again, where the recipient asked', async () => {
    const { ports, sources, hear, ready } = silenced(word('complaint', 'm'));
    await ready;
    await removeOfAddress(ANN, { ...lift, source: 'complaint' }, ports);
    await hear(word('complaint', 'm'));
    expect(sources()).toEqual([]);
  });

  test('takes back what the events of one campaign brought; another campaign’s bounce still silences', async () => {
    const { ports, sources, items, ready, store } = silenced(
      word('hard_bounce', 'm1'),
      word('hard_bounce', 'm2', 'mailer/june'),
    );
    await ready;
    const bob = { ...recipientKey('bob@example.org', 'x'), to: 'bob@example.org' };
    await hearWords(bob, [word('hard_bounce', 'm3')], BOUNCE_RULES, store);
    expect(await removeOfCampaign('mailer/may', lift, items(), ports)).toEqual({ removed: 2 });
    expect(sources()).toEqual(['hard_bounce']);
    expect(await removeOfCampaign('mailer/june', lift, items(), ports)).toEqual({ removed: 1 });
    expect(sources()).toEqual([]);
    expect(await removeOfCampaign('mailer/june', lift, items(), ports)).toEqual({ removed: 0 });
  });

  test('history says which event brought an opt-out, and who took it back and why', async () => {
    const { ports, ready, store } = silenced(word('hard_bounce', 'm'));
    await ready;
    const lines = () => historyLines(ANN, historyOf('x', [...store.items.values()]));
    expect(lines()).toBe(`unsubscribed from every topic ${AT} (hard_bounce, by an event about m)`);
    await removeOfAddress(ANN, lift, ports);
    expect(lines()).toBe(
      `unsubscribed from every topic ${AT} (hard_bounce, by an event about m), taken back 2026-11-25T01:00:01.000Z by ${lift.who}: their server was down`,
    );
  });

  test('asks for a source, a reason, and the recipient’s wish where it is their own word', () => {
    const why = 'because';
    expect(() => removalOf({ why }, false)).toThrow(/^MM701: .*--source must be one of one_click, .*, got none$/);
    expect(() => removalOf({ source: 'anger', why }, false)).toThrow('MM701');
    expect(() => removalOf({ source: 'hard_bounce', why: ' ' }, false)).toThrow(/--why/);
    for (const source of ['one_click', 'page', 'complaint']) {
      expect(() => removalOf({ source, why }, false)).toThrow(/--recipient-asked/);
      expect(removalOf({ source, why, recipientAsked: true }, false)).toEqual({ source, why, topic: undefined });
      expect(() => removalOf({ source, why, recipientAsked: true }, true)).toThrow('hard_bounce, soft_bounces');
    }
    expect(removalOf({ source: 'import', why, topic: 'news' }, false)).toMatchObject({ topic: 'news' });
  });
});
