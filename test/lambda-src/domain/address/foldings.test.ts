import { Readable } from 'node:stream';
import { importOptOuts } from '../../../../cli/verbs/suppress/import-opt-outs';
import { FOLDING, FOLDINGS, foldAddress } from '../../../../lambda-src/domain/address/address';
import type { EventWord } from '../../../../lambda-src/domain/consent/event-words';
import { EVERY_TOPIC, hearWords, optOut } from '../../../../lambda-src/domain/consent/preferences';
import { historyOf, partitionsOfAddress } from '../../../../lambda-src/domain/ledger/history';
import { partitionsOf, preferencePartitions, recipientKey } from '../../../../lambda-src/domain/ledger/keys';
import { readRecipientStates } from '../../../../lambda-src/domain/ledger/recipient-state';
import { foldingsKey, noteFolding } from '../../../../lambda-src/functions/register/foldings';
import { Consent } from '../../../../lambda-src/functions/send/consent';
import { BOUNCE_RULES } from '../../../../src/private/contract';
import { memoryStore } from '../../../support/memory-store';
import { runRef } from '../../../support/run';

/** As a later version could fold: what stands behind a plus is left off. */
const SECOND = 2;
beforeEach(() => {
  FOLDINGS[SECOND] = (address) => foldAddress(address).replace(/\+[^@]*/, '');
});
afterEach(() => {
  delete FOLDINGS[SECOND];
});

const TO = 'Ann+news@example.org';
const keyed = (folding: number) => ({ ...recipientKey(TO, 'mailer/may', undefined, folding), to: TO });
const LEFT = { at: '2026-11-25T01:00:00.000Z', source: 'one_click' } as const;
const NOW = Date.parse(LEFT.at);

const word = (kind: EventWord['kind']): EventWord => ({ kind, at: LEFT.at, messageId: 'm', campaign: 'c' });

/** Whether recipients of a campaign under each folding have left the topic. */
async function left(store: ReturnType<typeof memoryStore>): Promise<boolean[]> {
  const recipients = [FOLDING, SECOND].map(keyed);
  const standings = await readRecipientStates(recipients, () => 'news', store);
  const reread = await Promise.all(
    recipients.map((one) =>
      new Consent({ recipient: one, topic: 'news', run: runRef() }, {}, 0, {
        store,
        clock: { now: () => NOW, sleep: async () => {} },
      }).given(0),
    ),
  );
  expect(reread).toEqual(standings.map((standing) => standing.optOut === undefined));
  return standings.map((standing) => standing.optOut !== undefined);
}

test('a folding gives an address another partition, where it folds it otherwise', () => {
  expect(new Set([FOLDING, SECOND].map((folding) => keyed(folding).pk)).size).toBe(2);
  expect(partitionsOf(TO)).toEqual([keyed(FOLDING).pk, keyed(SECOND).pk]);
  expect(partitionsOf('bob@example.org')).toHaveLength(1);
  // Of a record that was erased no address is known.
  expect(preferencePartitions({ pk: 'x' })).toEqual(['x']);
});

test('nobody has left before', async () => {
  expect(await left(memoryStore())).toEqual([false, false]);
});

test.each([FOLDING, SECOND])('an opt-out under folding %s is seen by campaigns of both', async (folding) => {
  const store = memoryStore();
  await store.write(optOut(keyed(folding), 'news', LEFT));
  expect(await left(store)).toEqual([true, true]);
});

test.each<[string, (store: ReturnType<typeof memoryStore>) => Promise<unknown>]>([
  [
    'an import',
    (store) => importOptOuts(async () => Readable.from([`email\n${TO}\n`]), { topic: EVERY_TOPIC, now: NOW }, store),
  ],
  ['a complaint', (store) => hearWords(keyed(SECOND), [word('complaint')], BOUNCE_RULES, store)],
  ['a bounce', (store) => hearWords(keyed(FOLDING), [word('hard_bounce')], BOUNCE_RULES, store)],
])('%s is written under both, and stays when a version goes back', async (_, leave) => {
  const store = memoryStore();
  await leave(store);
  expect([...store.items.values()].map(({ pk }) => pk).sort()).toEqual([...partitionsOf(TO)].sort());
  delete FOLDINGS[SECOND];
  const [standing] = await readRecipientStates([keyed(FOLDING)], () => 'news', store);
  expect(standing!.optOut).toBeDefined();
});

test('a package that does not know a folding of the ledger sends nothing', async () => {
  const store = memoryStore();
  await noteFolding(store);
  await noteFolding(store);
  expect(store.get(foldingsKey())).toMatchObject({ v: 1, 'used:1': true });
  await store.write({ key: foldingsKey(), when: { absent: 'used:3' }, set: { 'used:3': true } });
  await expect(noteFolding(store)).rejects.toThrow(/^MM527: .*version 3; this package knows 1, 2/);
});

test('what one person is asked for has the records of every folding', async () => {
  const store = memoryStore();
  await store.write(optOut(keyed(SECOND), 'news', LEFT));
  await store.write(optOut(keyed(FOLDING), 'news', { ...LEFT, at: '2026-11-26T01:00:00.000Z' }));
  const partitions = partitionsOfAddress(TO);
  const items = [...store.items.values()].filter(({ pk }) => partitions.includes(pk));
  expect(historyOf(partitions[0]!, items)).toMatchObject({
    recipient: keyed(FOLDING).pk,
    optOuts: [{ topic: 'news', ...LEFT }],
  });
});
