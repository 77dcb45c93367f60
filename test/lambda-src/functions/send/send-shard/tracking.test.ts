import { saveChoice } from '../../../../../lambda-src/domain/consent/tracking-consent';
import { claim, restore } from '../../../../../lambda-src/domain/ledger/record';
import { TIMING } from '../../../../../lambda-src/domain/rate/timing';
import type { SendPorts } from '../../../../../lambda-src/functions/send/ports';
import { FORMAT, LAYOUT, type Snapshot, type TrackingChoice } from '../../../../../src/private/contract';
import { SETTINGS, TEMPLATES, TRACKING } from '../../../../support/run';
import { setting, THROTTLED } from './setting';

const AT = '2026-11-20T08:00:00.000Z';

/** Three people whose list says yes, no and nothing. */
async function tracked(answers: readonly (TrackingChoice | undefined)[], topic: string | undefined = 'general') {
  const made = await setting(answers.length);
  const settings = { ...SETTINGS, tracking: { ...TRACKING, opens: true, consentColumn: 'Pixel' } };
  const templates = { ...TEMPLATES, templates: { welcome: { ...TEMPLATES.templates.welcome!, topic } } };
  const snapshot: Snapshot = { v: FORMAT, settings, templates };
  await made.files.put(`${made.ref.folder}${LAYOUT.snapshot}`, JSON.stringify(snapshot), 'application/json');
  const { key } = made.input.shard;
  const [head, ...lines] = (await made.files.text(key))!.trimEnd().split('\n');
  const shard = lines.map((line, at) => JSON.stringify({ ...JSON.parse(line), trackingConsent: answers[at] }));
  await made.files.put(key, [head, ...shard, ''].join('\n'), 'application/jsonl');
  const choose = (row: number, choice: TrackingChoice) =>
    saveChoice([made.recipients[row - 1]!.pk], { choice, at: AT, topic: 'general' }, made.store);
  const opens = () => made.requests.map(({ tracking }) => tracking?.opens ?? false);
  return { ...made, choose, opens };
}

test('an email is tracked only with consent, and its record says where that came from', async () => {
  const { go, opens, record, choose } = await tracked(['given', 'refused', undefined, 'given', undefined]);
  await choose(4, 'refused');
  await choose(5, 'given');
  await go();
  expect(opens()).toEqual([true, false, false, false, true]);
  expect([1, 2, 3, 4, 5].map((row) => record(row)?.trackingConsent)).toEqual([
    { source: 'list', at: '2026-11-25T01:00:00.000Z', column: 'Pixel', list: 's3://lists/campaigns/may.csv v1' },
    undefined,
    undefined,
    undefined,
    { source: 'page', at: AT, topic: 'general' },
  ]);
});

test('a refusal on the page counts for transactional email too', async () => {
  const { go, opens, choose } = await tracked(['given', 'given'], undefined);
  await choose(1, 'refused');
  await go();
  expect(opens()).toEqual([false, true]);
});

/** Throttles the first request, and lets something happen before the next. */
function throttledOnce(ses: SendPorts['ses'], then: () => Promise<unknown>): SendPorts['ses'] {
  let first = true;
  const send: SendPorts['ses']['send'] = async (mail) => {
    if (!first) return ses.send(mail);
    first = false;
    await then();
    throw THROTTLED;
  };
  return { ...ses, send };
}

test('consent that is withdrawn while an email is throttled is honored in its next request', async () => {
  const { go, opens, choose, ports } = await tracked(['given']);
  await go({ ses: throttledOnce(ports.ses, () => choose(1, 'refused')) });
  expect(opens()).toEqual([false]);
});

test('consent that is given while an email is throttled does not track it: its claim has no proof', async () => {
  const { go, opens, record, choose, ports } = await tracked([undefined]);
  await go({ ses: throttledOnce(ports.ses, () => choose(1, 'given')) });
  expect([opens(), record(1)?.trackingConsent]).toEqual([[false], undefined]);
});

test('consent is read again after ten seconds, also for transactional email', async () => {
  for (const topic of ['general', undefined]) {
    const { go, opens, choose, clock, store } = await tracked(['given'], topic);
    let reads = 0;
    const stalling: SendPorts['store'] = {
      ...store,
      read: async (keys) => {
        const items = await store.read(keys);
        if (keys.some(({ sk }) => sk === 'preferences') && reads++ === 0) {
          await choose(1, 'refused');
          clock.set(clock.now() + TIMING.consent);
        }
        return items;
      },
    };
    await go({ store: stalling });
    expect([opens(), reads]).toEqual([[false], 2]);
  }
});

test('a record keeps the consent of its last email', () => {
  const key = { pk: 'p', sk: 's' };
  const consent = { source: 'page', at: AT, topic: 'general' } as const;
  const mine = { claimId: 'b', run: 2, sending: 2, row: 1, deadline: 5, campaign: 'c', to: 't' };
  expect(claim(key, undefined, { ...mine, trackingConsent: consent }).set).toMatchObject({ trackingConsent: consent });
  expect(claim(key, undefined, mine).remove).toContain('trackingConsent');
  const doubt = { ...key, ...mine, v: 1, state: 'in_doubt', claimId: 'a', attempt: 1 } as const;
  const restored = (trackingConsent?: typeof consent) =>
    restore(key, mine, 'open', 'no permit', { ...doubt, trackingConsent });
  expect(restored(consent)).toMatchObject({ set: { trackingConsent: consent } });
  expect(restored(consent).remove).not.toContain('trackingConsent');
  expect(restored().remove).toContain('trackingConsent');
});
