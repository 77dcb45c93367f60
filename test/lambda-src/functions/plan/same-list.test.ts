import { gzipSync } from 'node:zlib';
import { campaignDigest } from '../../../../lambda-src/domain/ledger/keys';
import { memoryStore } from '../../../support/memory-store';
import { type Given, planned, settings } from './harness';

const LIST = 'email,name\nann@example.com,Ann\nbob@example.com,Bob\n';
const NOW = Date.parse('2026-05-01T08:00:00Z');
const at = (now: number) => ({ clock: { now: () => now, sleep: async () => {} } });
const of = (name: string, more = {}): Given => ({
  key: `campaigns/${name}.csv`,
  run: { campaign: `mailer/${name}`, campaignDigest: campaignDigest(`mailer/${name}`), ...more },
});
const MAY = { campaign: 'mailer/may', run: 1, at: '2026-05-01T08:00:00.000Z' };

/** The list was planned as `may`; what the plan of another says. */
async function next(given: Given, list: string | Buffer = LIST, hours = 2) {
  const store = memoryStore();
  const first = await planned(LIST, { ...of('may'), ...at(NOW), store });
  expect(first.document).not.toHaveProperty('sameListAs');
  const before = store.items.size;
  const { document } = await planned(list, { ...at(NOW + hours * 3_600_000), store, ...given });
  return { sameListAs: document.sameListAs, decision: document.decision, remembered: store.items.size - before };
}

test('the same list under another name is planned, and the plan names the other campaign', async () => {
  expect(await next(of('june'))).toEqual({ sameListAs: MAY, decision: 'send', remembered: 1 });
  expect(await next(of('june'), gzipSync(LIST))).toMatchObject({ sameListAs: MAY });
});

test.each([
  ['the campaign itself again', of('may', { run: 2 }), LIST, 2],
  ['another list', of('june'), `${LIST}chloe@example.com,Chloe\n`, 2],
  ['a day later', of('june'), LIST, 24],
])('%s: nothing is said', async (_, given, list, hours) => {
  expect(await next(given, list, hours)).toMatchObject({ sameListAs: undefined, decision: 'send' });
});

test('two lists of the same content, planned at once: at least one names the other', async () => {
  const store = memoryStore();
  const both = await Promise.all(
    [of('may'), of('june')].map((given) => planned(LIST, { ...given, ...at(NOW), store })),
  );
  expect(both.filter(({ document }) => document.sameListAs).length).toBeGreaterThan(0);
});

test('a draft says what its list would be, and is no list of the other’s', async () => {
  const draft = { draft: true, settings: settings({ draftsPrefix: 'drafts/' }) };
  const june = { ...draft, key: 'drafts/june.csv', run: { campaign: 'mailer/!draft/june' } };
  expect(await next(june)).toEqual({ sameListAs: MAY, decision: 'draft', remembered: 0 });
  const may = { ...draft, key: 'drafts/may.csv', run: { campaign: 'mailer/!draft/may' } };
  expect(await next(may)).toMatchObject({ sameListAs: undefined });
  const retry = {
    ...draft,
    key: 'drafts/june.csv',
    run: { campaign: 'mailer/!draft/june', targetCampaign: 'mailer/may' },
  };
  expect(await next(retry)).toMatchObject({ sameListAs: undefined });
});

test('a list that is refused is not remembered: it is sent under whatever name once it is right', async () => {
  const store = memoryStore();
  const town = 'email,town\nann@example.com,Bern\n';
  const refused = await planned(town, { ...of('may'), ...at(NOW), store });
  expect(refused.output.rejection?.code).toBe('MM323');
  expect(store.items.size).toBe(0);
});
