import { historyLines } from '../../../../cli/verbs/history';
import { saveChoice } from '../../../../lambda-src/domain/consent/tracking-consent';
import { forget, historyOf, partitionsOfAddress } from '../../../../lambda-src/domain/ledger/history';
import { campaignDigest } from '../../../../lambda-src/domain/ledger/keys';
import { STATE } from '../../../../lambda-src/domain/ledger/record';
import { CAMPAIGN, recipientFor } from '../../../support/run';
import { AT, world } from '../../functions/track/harness';

async function mailed() {
  const setting = await world();
  await setting.claimed(1);
  await setting.batch([
    [1, 'send'],
    [1, 'hard-bounce', { at: AT + 1000 }],
  ]);
  const { to, pk } = recipientFor(1);
  const items = () => [...setting.store.items.values()].filter((item) => item.pk === pk);
  return { ...setting, to, pk, items };
}

test('every campaign of an address, what became of its mail, and what it left', async () => {
  const { to, pk, items } = await mailed();
  expect(partitionsOfAddress(` ${to.toUpperCase()}`)).toEqual([pk]);
  expect(historyOf(pk, items())).toEqual({
    recipient: pk,
    mailings: [
      {
        campaign: 'mailer/may',
        run: 1,
        row: 1,
        state: 'sent',
        messageId: 'message-1',
        events: { accepted: '2026-11-25T01:10:00.000Z', bounced: '2026-11-25T01:10:01.000Z' },
        deliveryStatus: 'bounced',
        deliveryReason: 'General: smtp; 550 5.1.1 <p1@example.org>: user unknown',
      },
    ],
    optOuts: [
      {
        topic: '*',
        source: 'hard_bounce',
        at: '2026-11-25T01:10:01.000Z',
        messageId: 'message-1',
        campaign: campaignDigest(CAMPAIGN),
      },
    ],
    lifted: [],
    trackingChoices: [],
  });
  expect(() => partitionsOfAddress('nobody')).toThrow('MM701');
});

test('the proof of consent to tracking: where it came from, by campaign, and each choice on the page', async () => {
  const { to, pk, items, store } = await mailed();
  const at = '2026-11-20T08:00:00.000Z';
  await saveChoice([pk], { choice: 'given', at, topic: 'news' }, store);
  const consents = [
    [{ source: 'page', at, topic: 'news' }, 'consent on the page of news, 2026-11-20T08:00:00.000Z'],
    [
      { source: 'list', at, column: 'Pixel', list: 's3://lists/campaigns/may.csv v1' },
      'consent in column "Pixel" of s3://lists/campaigns/may.csv v1, 2026-11-20T08:00:00.000Z',
    ],
    [{ source: 'not_required' }, 'the mailer requires no consent'],
  ] as const;
  for (const [trackingConsent, words] of consents) {
    const history = historyOf(
      pk,
      items().map((item) => (item.state ? { ...item, trackingConsent } : item)),
    );
    expect(history).toMatchObject({
      mailings: [{ trackingConsent }],
      trackingChoices: [{ choice: 'given', at, topic: 'news' }],
    });
    const lines = historyLines(to, history);
    expect(lines).toContain(`\n  tracked: ${words}\n`);
    expect(lines).toMatch(/\ntracking given 2026-11-20T08:00:00.000Z \(page, news\)$/);
  }
});

test('what is forgotten names nobody and still says that they got their mail', async () => {
  const { to, pk, items, store, record, batch, live } = await mailed();
  for (const item of items()) if (item.state) await store.write(forget(item, AT));
  expect(JSON.stringify([...store.items])).not.toContain(to);
  expect(record(1)).toMatchObject({ state: STATE.sent, messageId: 'message-1', attempt: 1 });
  expect(historyOf(pk, items()).mailings).toMatchObject([{ events: {}, forgotten: '2026-11-25T01:10:00.000Z' }]);
  // Later events are not kept, and count nowhere.
  const before = await live();
  await batch([[1, 'complaint']]);
  expect(JSON.stringify([...store.items])).not.toContain('complainedAt');
  expect(await live()).toEqual(before);
});

test('an opt-out that is stored under several foldings is one, since the earliest time', () => {
  const [early, late] = ['2026-11-20T01:00:00.000Z', '2026-11-21T01:00:00.000Z'];
  const item = (pk: string, at: string) => ({ pk, sk: 'preferences', v: 1, 'optedOut:news:one_click': at });
  const page = { pk: 'a', sk: 'preferences', v: 1, 'optedOut:news:page': late, 'optedOut:offers:one_click': late };
  for (const items of [
    [item('a', early), item('b', late)],
    [item('a', late), item('b', early)],
  ]) {
    expect(historyOf('a', items).optOuts).toEqual([{ topic: 'news', source: 'one_click', at: early }]);
    expect(historyOf('a', [...items, page]).optOuts).toHaveLength(3);
  }
});

test('mailings are in the order of their first events', () => {
  const item = (campaign: string, more: object) =>
    ({ pk: 'a', sk: campaign, v: 1, state: STATE.sent, messageId: 'm', run: 1, row: 1, campaign, ...more }) as never;
  const items = [
    item('mailer/second', { deliveredAt: '2026-11-23T00:00:00.000Z', acceptedAt: '2026-11-22T00:00:00.000Z' }),
    item('mailer/third', { acceptedAt: '2026-11-22T12:00:00.000Z' }),
    item('mailer/first', { openedAt: '2026-11-21T00:00:00.000Z' }),
  ];
  const found = historyOf('a', items).mailings.map(({ campaign }) => campaign);
  expect(found).toEqual(['mailer/first', 'mailer/second', 'mailer/third']);
});
