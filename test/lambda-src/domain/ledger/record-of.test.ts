import { asApproval } from '../../../../lambda-src/domain/campaign/approval';
import { asCampaign } from '../../../../lambda-src/domain/campaign/campaign';
import { readActions } from '../../../../lambda-src/domain/campaign/control';
import { readCounts, readSent } from '../../../../lambda-src/domain/campaign/counts';
import { identityOf } from '../../../../lambda-src/domain/campaign/identity';
import { asObject } from '../../../../lambda-src/domain/campaign/list-object';
import { asRunRecord, readRuns } from '../../../../lambda-src/domain/campaign/run-record';
import { campaignsWithList } from '../../../../lambda-src/domain/campaign/same-list';
import { liftedOf } from '../../../../lambda-src/domain/consent/lift';
import { asPreferences, readPreferences } from '../../../../lambda-src/domain/consent/preferences';
import { asTracked } from '../../../../lambda-src/domain/events/email-events';
import { historyOf } from '../../../../lambda-src/domain/ledger/history';
import { asRecord, readRecords } from '../../../../lambda-src/domain/ledger/record';
import type { Item, Store } from '../../../../lambda-src/domain/ledger/store';
import { readOwned } from '../../../../lambda-src/domain/mailer/owned';
import { waitedSeconds } from '../../../../lambda-src/domain/rate/block-wait';
import { asRate } from '../../../../lambda-src/domain/rate/rate-record';
import { noteFolding } from '../../../../lambda-src/functions/register/foldings';
import { asCheckpoint } from '../../../../lambda-src/functions/send/shard-checkpoint';
import { readLive } from '../../../../lambda-src/functions/track/live-counts';
import { memoryFiles } from '../../../support/memory-files';
import { memoryStore } from '../../../support/memory-store';
import { runRef } from '../../../support/run';

const key = { pk: 'a', sk: 'preferences' };

test.each<[string, (item: Item | undefined) => unknown]>([
  ['the record of a campaign', asCampaign],
  ['the record of a run', asRunRecord],
  ['the record of a list', asObject],
  ['the record of an approval', asApproval],
  ['the record of a recipient', asRecord],
  ['the record of a recipient', asTracked],
  ['the preferences of an address', asPreferences],
  ['the preferences of an address', (item) => historyOf('a', item ? [item] : [])],
  ['the record of a lifted opt-out', (item) => liftedOf(item ? [{ ...item, sk: 'lifted#1' }] : [])],
  ['the record of the send rate', asRate],
  ['the checkpoint of a shard', asCheckpoint],
])('%s of another format is not read', (kind, read) => {
  expect(() => read({ ...key, v: 2 })).toThrow(`MM518: ${kind} must have format 1, got 2.`);
  expect(read({ ...key, v: 1 })).toBeDefined();
  expect(() => read(undefined)).not.toThrow();
});

/** A ledger in which each item that is asked for has the same format. */
const ledgerOf = (v: number): Store => ({
  ...memoryStore(),
  read: async (keys) => keys.map(({ pk, sk }) => ({ pk, sk, v })),
  query: async (pk) => [{ pk, sk: 'of a query', v, at: '2026-11-25T00:00:00Z' }],
});

const ports = (store: Store) => ({ store, settings: { intake: {} } as Parameters<typeof identityOf>[2]['settings'] });

test.each<[string, (store: Store) => Promise<unknown>]>([
  ['the record of an action', (store) => readActions(key, 1, store)],
  ['the record of a run', (store) => readRuns({ campaignDigest: 'a' }, store)],
  ['the record of a recipient', (store) => readRecords([key], store)],
  ['the preferences of an address', (store) => readPreferences([key], store)],
  ['the counts of a run', (store) => readCounts('a', store)],
  ['the counts of a run', (store) => readSent('a', 1, store)],
  ['the record of a list’s content', (store) => campaignsWithList('a', 0, store)],
  ['the record of a campaign’s identity', (store) => identityOf('mailer/may', undefined, ports(store))],
  ['the record of a mailer', (store) => readOwned('mailer', [], { store, files: memoryFiles(), keys: async () => [] })],
  ['the waits of a run', (store) => waitedSeconds(runRef(1), 0, store)],
  ['the record of address foldings', noteFolding],
  ['the live counts of a campaign', (store) => readLive('a', store)],
])('%s of another format is not read from the ledger', async (kind, read) => {
  await expect(read(ledgerOf(2))).rejects.toThrow(`MM518: ${kind} must have format 1, got 2.`);
  await expect(read(ledgerOf(1))).resolves.not.toThrow();
});

test('a pause of everything that was set by hand has no format, and is read', () => {
  expect(asRate({ ...key, paused: 'by hand' })).toMatchObject({ paused: 'by hand', next: 0 });
});
