import { changesOf, takeOver } from '../../../cli/verbs/take-over';
import { readOwned } from '../../../lambda-src/domain/mailer/owned';
import { lockOf, mailerKey, type Owner } from '../../../lambda-src/domain/mailer/ownership';
import { guard } from '../../../lambda-src/functions/register/guard';
import { markerOf } from '../../../src/private/contract';
import { memoryFiles } from '../../support/memory-files';
import { memoryStore } from '../../support/memory-store';
import { OWNER } from '../../support/run';

const PREFIXES = ['campaigns/', 'drafts/'];
const ANOTHER: Owner = { mailer: 'another', holder: '111122223333/eu-west-1/Other', tableId: 'table-1' };
const ACTION = { who: 'arn:aws:iam::1:user/ann', why: 'moved', when: '2026-11-26T02:00:00.000Z', id: 'id' };

function world() {
  const store = memoryStore();
  const files = memoryFiles();
  const ports = { store, files, keys: files.keys };
  const operator = { files, control: { store, clock: { now: () => 0 }, newId: () => 'id' } };
  return {
    ...{ store, files },
    guard: (me: Owner, prefixes: readonly string[] = PREFIXES) => guard(me, prefixes, ports),
    take: async (me: Owner, prefixes: readonly string[] = PREFIXES) => {
      const owned = await readOwned(me.mailer, prefixes, ports);
      expect(lockOf(me, owned)).toBeDefined();
      await takeOver(me, owned, ACTION, operator);
      return changesOf(me, owned).map(({ what, from }) => [what, from?.holder]);
    },
  };
}

test.each<[string, Owner]>([
  ['another stack’s name', { ...OWNER, holder: ANOTHER.holder }],
  ['a restored ledger', { ...OWNER, tableId: 'table-2' }],
  ['a new name', { ...OWNER, mailer: 'renamed' }],
  ['another mailer’s prefix', ANOTHER],
])('%s is taken over: the mailer may send, who owned it before may not', async (_, next) => {
  const { guard, take, store } = world();
  expect(await guard(OWNER)).toBeUndefined();
  expect(await guard(next)).toBeDefined();
  await take(next);
  expect(await guard(next)).toBeUndefined();
  expect(await guard(OWNER)).toBeDefined();
  expect(store.get({ pk: mailerKey(next.mailer).pk, sk: 'action#2026-11-26T02:00:00.000Z#id' })).toMatchObject({
    ...{ what: 'take-over', who: ACTION.who, why: 'moved' },
  });
  // And back.
  await take(OWNER);
  expect(await guard(OWNER)).toBeUndefined();
  expect(await guard(next)).toBeDefined();
});

test('a prefix that overlaps is taken over with it', async () => {
  const { guard, take, files } = world();
  await guard(OWNER);
  const prefixes = ['campaigns/offers/', 'offers-drafts/'];
  expect(await take(ANOTHER, prefixes)).toEqual([
    ['name another', undefined],
    ['prefix campaigns/offers/', undefined],
    ['prefix offers-drafts/', undefined],
    ['prefix campaigns/', OWNER.holder],
  ]);
  expect(await guard(ANOTHER, prefixes)).toBeUndefined();
  expect(await guard(OWNER)).toMatchObject({ code: 'MM524' });
  expect(files.json(markerOf('campaigns/'))).toMatchObject(ANOTHER);
});

test('reports without a ledger are taken over', async () => {
  const { guard, take, files } = world();
  await files.put('reports/mailer/may/0001-20261125T010000Z/summary.json', '{}', 'x');
  expect(await guard(OWNER)).toMatchObject({ code: 'MM523' });
  await take(OWNER);
  expect(await guard(OWNER)).toBeUndefined();
});

test('what another operator took over meanwhile stays theirs', async () => {
  const { store, files } = world();
  const ports = { store, files, keys: files.keys };
  await guard(OWNER, PREFIXES, ports);
  const restored = { ...OWNER, tableId: 'table-2' };
  const owned = await readOwned('mailer', PREFIXES, ports);
  await store.write({ key: mailerKey('mailer'), when: { eq: ['tableId', 'table-1'] }, set: { tableId: 'table-3' } });
  const before = [...files.objects];
  const control = { store, clock: { now: () => 0 }, newId: () => 'id' };
  await expect(takeOver(restored, owned, ACTION, { files, control })).rejects.toThrow(/^MM719: /);
  expect([...files.objects]).toEqual(before);
});
