import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import {
  findSameList,
  rememberList,
  SAME_LIST_WITHIN,
  sameListWords,
} from '../../../../lambda-src/domain/campaign/same-list';
import { campaignDigest } from '../../../../lambda-src/domain/ledger/keys';
import { contentOf } from '../../../../lambda-src/domain/list/decode-text';
import { memoryStore } from '../../../support/memory-store';

const NOW = Date.parse('2026-11-25T09:10:00Z');
const of = (campaign: string, run = 1) => ({ campaign, campaignDigest: campaignDigest(campaign), run });

test('a list is known by its content for 24 hours, under every other name', async () => {
  const store = memoryStore();
  await rememberList('content', of('mailer/may', 3), NOW, store);
  const find = (campaign: string, now: number, content = 'content') => findSameList(content, campaign, now, store);
  const may = { campaign: 'mailer/may', run: 3, at: '2026-11-25T09:10:00.000Z' };
  expect(await find('mailer/june', NOW)).toEqual(may);
  expect(await find('mailer/june', NOW + SAME_LIST_WITHIN - 1)).toEqual(may);
  // DynamoDB may keep it for days.
  expect(store.items.size).toBe(1);
  expect(await find('mailer/june', NOW + SAME_LIST_WITHIN)).toBeUndefined();
  expect(await find('mailer/may', NOW)).toBeUndefined();
  expect(await find('mailer/june', NOW, 'another')).toBeUndefined();
  expect([...store.items.values()][0]).toMatchObject({ expires: (NOW + 86_400_000) / 1000 });
});

test('of several campaigns the last is named; the same run again, or an older one late, changes nothing for it', async () => {
  const store = memoryStore();
  await rememberList('content', of('mailer/may', 2), NOW, store);
  await rememberList('content', of('mailer/june'), NOW + 1_000, store);
  expect(await findSameList('content', 'mailer/july', NOW, store)).toMatchObject({ campaign: 'mailer/june' });
  await rememberList('content', of('mailer/may', 1), NOW + 2_000, store);
  expect(await findSameList('content', 'mailer/july', NOW, store)).toMatchObject({ campaign: 'mailer/june' });
  await rememberList('content', of('mailer/may', 2), NOW + 2_000, store);
  expect(await findSameList('content', 'mailer/july', NOW, store)).toMatchObject({ campaign: 'mailer/may', run: 2 });
});

test('content is what is in the file, packed or not, however it comes', async () => {
  const list = Buffer.from('email\nann@example.org\nbob@example.org\n');
  const whole = await contentOf(Readable.from([list]));
  expect(whole).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(await contentOf(Readable.from([list.subarray(0, 7), list.subarray(7)]))).toBe(whole);
  expect(await contentOf(Readable.from([gzipSync(list)]))).toBe(whole);
  expect(await contentOf(Readable.from([list, Buffer.from('x')]))).not.toBe(whole);
});

test.each([
  ['mailer/june', 'The list has the same content as the list of may, run 3, of 2026-11-25 09:10 UTC'],
  ['offers/june', 'The list has the same content as the list of mailer/may, run 3, of 2026-11-25 09:10 UTC'],
])('a reader of %s knows which campaign is meant', (mine, words) => {
  expect(sameListWords({ campaign: 'mailer/may', run: 3, at: '2026-11-25T09:10:00.000Z' }, mine)).toBe(words);
});
