import { campaignKey } from '../../../../../lambda-src/domain/campaign/campaign';
import { resumeCampaign } from '../../../../../lambda-src/domain/campaign/control';
import { CAMPAIGN, SETTINGS, TEMPLATES } from '../../../../support/run';
import { sesAnswer } from '../../../../support/ses-answer';
import { setting } from './setting';

describe('the brake', () => {
  const REFUSED = sesAnswer('MessageRejected', 400, 'Address ann@example.org is on the suppression list');

  test('pauses a campaign of which SES refuses too much, soon, and says why and how to go on', async () => {
    const { go, requests, notices, store, ref, bus } = await setting(400, () => REFUSED);
    expect(await go()).toMatchObject({ done: false });
    // Eleven of fifty, and who was under way.
    expect(requests.length).toBeLessThan(11 + 20);
    expect(store.get(campaignKey(ref.campaignDigest))?.paused).toMatch(/SES refused 1\d of 1\d messages/);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(/paused itself.*more than 20 %.*MessageRejected: Address … is on.*resume may/s);
    expect(notices[0]).not.toContain('ann@');
    expect(bus.events).toEqual([
      {
        type: 'Campaign Paused',
        detail: {
          version: 1,
          campaign: CAMPAIGN,
          run: 1,
          why: store.get(campaignKey(ref.campaignDigest))?.paused,
          by: 'brake',
          at: expect.any(String),
        },
      },
    ]);
  });

  test('goes on counting when somebody resumed it', async () => {
    let wrong = true;
    const { go, ports, ref, input, accepted } = await setting(100, () => (wrong ? REFUSED : undefined));
    await go();
    await resumeCampaign(ref.campaignDigest, { who: 'ann', why: 'it is fine' }, ports);
    wrong = false;
    expect(await go({}, { ...input, rounds: 1 })).toMatchObject({ done: true });
    expect(accepted.length).toBeGreaterThan(60);
  });

  test.each([
    [5, 1, false],
    [4, 2, true],
  ])('is told of by all workers: of each %d messages %d are refused', async (each, bad, pauses) => {
    let n = 0;
    const { go, store, ref } = await setting(300, () => (n++ % each < bad ? REFUSED : undefined));
    await Promise.all([go(), go(), go()]);
    expect(store.get(campaignKey(ref.campaignDigest))?.paused !== undefined).toBe(pauses);
  });

  test('looks at any later sample, too', async () => {
    const { go, store, ref, accepted } = await setting(400, (_mail, request) => (request > 200 ? REFUSED : undefined));
    await go();
    expect(accepted).toHaveLength(200);
    expect(store.get(campaignKey(ref.campaignDigest))?.paused).toBeDefined();
  });

  test('whose worker died before it could pause is pulled by the next', async () => {
    const { go, clock, input, notices, store, ref } = await setting(400, () => REFUSED);
    const dying: typeof store.write = (update) =>
      update.set.paused !== undefined ? Promise.reject(new Error('killed')) : store.write(update);
    await go({ store: { ...store, write: dying } }).catch(() => undefined);
    expect(notices).toEqual([]);
    clock.set(clock.now() + 31_000);
    await go({}, { ...input, rounds: 1 });
    expect(store.get(campaignKey(ref.campaignDigest))?.paused).toBeDefined();
    expect(notices).toHaveLength(1);
  });

  test('costs a write in fifty messages', async () => {
    const { go, store } = await setting(300);
    let writes = 0;
    const write: typeof store.write = (update) => {
      if (update.key.sk.startsWith('brake#')) writes += 1;
      return store.write(update);
    };
    await go({ store: { ...store, write } });
    expect(writes).toBeLessThanOrEqual(12);
  });

  test('is off at 100 %', async () => {
    const { go, files, ref, requests } = await setting(60, () => REFUSED);
    const settings = { ...SETTINGS, limits: { maxRefusedPercent: 100 } };
    await files.put(
      `${ref.folder}snapshot.json`,
      JSON.stringify({ v: 1, settings, templates: TEMPLATES }),
      'application/json',
    );
    expect(await go()).toMatchObject({ done: true });
    expect(requests).toHaveLength(60);
  });
});
