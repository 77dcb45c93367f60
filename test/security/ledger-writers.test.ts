import { EMAIL_EVENTS, timeOf } from '../../lambda-src/domain/events/email-events';
import { isDigest } from '../../lambda-src/domain/ledger/partitions';
import type { Store, Update } from '../../lambda-src/domain/ledger/store';
import { consentUrls } from '../../lambda-src/domain/links/consent-link';
import { consent } from '../../lambda-src/functions/consent/consent';
import { Limiter } from '../../lambda-src/functions/consent/limiter';
import { Tracker } from '../../lambda-src/functions/track/tracker';
import { HAPPENED } from '../../local/ses/event';
import { type ConsentPageDocument, FORMAT } from '../../src/private/contract';
import { AT, world } from '../lambda-src/functions/track/harness';
import { memoryBus } from '../support/memory-bus';
import { KEYS, recipientFor, silent, uncounted } from '../support/run';
import { eventOf } from '../support/ses-event';

/**
 * Who writes what to a recipient's partition. IAM holds attributes to a writer (`dynamodb:Attributes`) and sees no
 * values, so that the tracker writes no state but *sent* is held here.
 */
const watched = (store: Store) => {
  const updates: Update[] = [];
  const write: Store['write'] = (update) => {
    updates.push(update);
    return store.write(update);
  };
  const ofRecipients = () => updates.filter(({ key }) => isDigest(key.pk));
  return { store: { ...store, write }, ofRecipients };
};

/** What SES's events may say of a message. */
const EVENT_ATTRIBUTES: ReadonlySet<string> = new Set([
  ...EMAIL_EVENTS.map(timeOf),
  ...['bounceType', 'bounceReason', 'softBounceType', 'softBounceReason', 'suppressedBy', 'complaintType'],
  ...['notedType', 'notedBounceType'],
  ...['delayType', 'rejectReason', 'failReason', 'secondMessageId', 'blockedStatus', 'blockedReason'],
]);

/** What a claim consists of; the tracker neither sets nor removes any of it. */
const CLAIM = [
  ...['claimId', 'run', 'sending', 'row', 'attempt', 'deadline', 'closed', 'campaign', 'to', 'v', 'earlierDoubts'],
  ...['grantSending', 'grantClaim', 'countedIn', 'countedFrom', 'countedAs'],
];

test('the tracker writes no claim, and of a state only *sent*, with its message', async () => {
  const made = await world();
  const states = ['claimed', 'refused', 'open', 'in_doubt', 'granted', 'sent', 'another message', 'unknown'];
  const rows = states.flatMap((state) => HAPPENED.map((happened) => ({ state, happened })));
  for (const [at, { state }] of rows.entries()) {
    const row = at + 1;
    if (state === 'unknown') continue;
    await made.claimed(row);
    if (state === 'refused' || state === 'open' || state === 'in_doubt') await made.ended(row, state);
    if (state === 'granted') await made.granted(row);
    if (state === 'sent') await made.sent(row);
    if (state === 'another message') await made.sent(row, 'message-of-before');
  }
  const { store, ofRecipients } = watched(made.store);
  const tracker = new Tracker({ ...made, store });
  for (const [at, { happened }] of rows.entries()) {
    const row = at + 1;
    const body = eventOf({ ...recipientFor(row), messageId: `message-${row}`, claimId: `claim-${row}` }, happened, AT);
    await tracker.take({ messageId: `queued-${row}`, body, received: 1 });
  }
  await tracker.end();

  const records = ofRecipients().filter(({ key }) => key.sk !== 'preferences');
  expect(records.length).toBeGreaterThan(50);
  expect(records.some(({ set }) => set.secondMessageId !== undefined)).toBe(true);
  for (const { key, set, remove = [] } of records) {
    expect(isDigest(key.sk)).toBe(true);
    const { state, messageId, ...others } = set;
    expect([state, typeof messageId]).toEqual(state === undefined ? [undefined, 'undefined'] : ['sent', 'string']);
    expect(Object.keys(others).filter((name) => !EVENT_ATTRIBUTES.has(name))).toEqual([]);
    expect(remove.filter((name) => CLAIM.includes(name))).toEqual([]);
  }
  const preferences = ofRecipients().filter(({ key }) => key.sk === 'preferences');
  expect(preferences.length).toBeGreaterThan(0);
  for (const { set } of preferences) {
    expect(
      Object.keys(set).filter(
        (name) => !/^(v|eventWords|optedOut:\*:(hard_bounce|soft_bounces|complaint))$/.test(name),
      ),
    ).toEqual([]);
  }
});

test('the consent function writes preferences, and nothing else', async () => {
  const made = await world();
  await made.claimed(1);
  const { store, ofRecipients } = watched(made.store);
  const before = made.record(1);
  const page: ConsentPageDocument = {
    v: FORMAT,
    sender: '',
    language: 'en',
    topics: [{ name: 'news' }, { name: 'offers' }],
  };
  const ports = {
    ...{ store, page, log: silent, metrics: uncounted, bus: memoryBus(), clock: made.clock },
    ...{ keys: async () => KEYS, limiter: new Limiter(100, 1) },
  };
  const { unsubscribeUrl, preferencesUrl } = consentUrls(
    { pks: [before.pk], topic: 'news' },
    'https://x.example',
    KEYS,
  );
  const forms = ['', 'shown=news&shown=offers&topic=news', 'leave=all', 'shown=news&topic=news', 'confirm=yes'];
  for (const url of [unsubscribeUrl, preferencesUrl]) {
    for (const method of ['GET', 'HEAD', 'POST']) {
      for (const form of forms) {
        const headers = { 'content-type': 'application/x-www-form-urlencoded' };
        await consent({ method, path: new URL(url).pathname, headers, body: Buffer.from(form) }, ports);
      }
    }
  }
  expect(ofRecipients().length).toBeGreaterThan(5);
  for (const { key, set, remove = [] } of ofRecipients()) {
    expect(key.sk).toBe('preferences');
    expect(
      [...Object.keys(set), ...remove].filter((name) => !/^(v|eventWords|optedOut:.+:(one_click|page))$/.test(name)),
    ).toEqual([]);
  }
  expect(made.record(1)).toEqual(before);
});
