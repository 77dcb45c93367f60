import { leaving } from '../../cli/follow';
import { campaignKey } from '../../lambda-src/core/campaign';
import { pauseCampaign } from '../../lambda-src/core/control';
import { memoryStore } from '../support/memory-store';

test('what began a run stands before what was done to the run, however late the run is seen', async () => {
  let now = Date.parse('2026-11-26T02:00:00Z');
  const store = memoryStore();
  const control = { store, clock: { now: () => now }, newId: () => 'id' };
  await store.write({ key: campaignKey('spring'), when: { absent: 'run' }, set: { run: 1 } });
  const sent = leaving('send', { who: 'ann', why: 'it is spring' }, { control });
  now += 1_000;
  await pauseCampaign('spring', { who: 'bob', why: 'wrong date' }, control);
  now += 1_000;
  await sent({ campaignDigest: 'spring', run: 1 });
  const actions = [...store.items.values()].filter(({ sk }) => String(sk).startsWith('action#'));
  expect(actions.sort((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1)).map(({ what, when }) => [what, when])).toEqual([
    ['send', '2026-11-26T02:00:00.000Z'],
    ['pause', '2026-11-26T02:00:01.000Z'],
  ]);
});
