import {
  cancelCampaign,
  pauseAll,
  pauseCampaign,
  resumeAll,
  resumeCampaign,
} from '../../../../../lambda-src/domain/campaign/control';
import { runKey } from '../../../../../lambda-src/domain/campaign/run-record';
import type { Mail } from '../../../../../lambda-src/domain/ports';
import type { SendPorts } from '../../../../../lambda-src/functions/send/ports';
import { SAYS } from '../../../../../local/ses/answers';
import { register } from '../../../../support/run';
import { thrownFor } from '../../../../support/ses-answer';
import { setting } from './setting';

test('a run that SES forbids to send stops itself, and not the one that has its turn by then', async () => {
  const { go, ports, store, ref } = await setting(1);
  const send: SendPorts['ses']['send'] = async () => {
    await register(store, 2);
    throw thrownFor(SAYS.forbidden());
  };
  await go({ ses: { ...ports.ses, send } });
  const stopped = (run: number) => store.get(runKey({ ...ref, run }))?.stopped;
  expect(stopped(1)).toContain('AccessDenied');
  expect(stopped(2)).toBeUndefined();
});

test('a run that has the turn no more stops', async () => {
  const { go, requests, store } = await setting(3);
  await register(store, 2);
  expect(await go()).toMatchObject({ done: true });
  expect(requests).toEqual([]);
});

test('a paused campaign mails nobody new, within a second, and goes on when it is resumed', async () => {
  const world = await setting(300);
  const { go, ports, accepted, clock, ref } = world;
  const ann = { who: 'ann', why: 'wrong date' };
  let pausedAt: number | undefined;
  const ses = {
    ...ports.ses,
    send: async (mail: Mail) => {
      const answer = await ports.ses.send(mail);
      if (accepted.length === 120) {
        await pauseCampaign(ref.campaignDigest, ann, ports);
        pausedAt = clock.now();
      }
      return answer;
    },
  };
  expect(await go({ ses })).toMatchObject({ done: false, waitSeconds: 10 });
  expect(accepted.length).toBeGreaterThanOrEqual(120);
  expect(accepted.filter(({ at }) => at > pausedAt! + 1_000)).toEqual([]);
  const before = accepted.length;
  clock.set(pausedAt! + 3_600_000);
  expect(await go({ ses })).toMatchObject({ done: false, waitSeconds: 450 });
  expect(accepted).toHaveLength(before);

  await resumeCampaign(ref.campaignDigest, ann, ports);
  expect(await go({ ses })).toMatchObject({ done: true });
  expect(accepted).toHaveLength(300);
});

test('a pause of everything holds each campaign, also one that was never mailed', async () => {
  const { go, ports, requests } = await setting(3);
  await pauseAll({ who: 'ann', why: 'incident' }, ports);
  expect(await go()).toMatchObject({ done: false, waitSeconds: 10 });
  expect(requests).toEqual([]);
  await resumeAll({ who: 'ann', why: 'over' }, ports);
  expect(await go()).toMatchObject({ done: true });
  expect(requests).toHaveLength(3);
});

test('outside its window a run sends nothing and sleeps until it opens; in it, it goes on', async () => {
  const world = await setting(3);
  const window = { opens: 8 * 60, closes: 18 * 60, timeZone: 'UTC', days: [0, 1, 2, 3, 4, 5, 6] };
  const key = `${world.ref.folder}snapshot.json`;
  const snapshot = JSON.parse((await world.files.text(key))!);
  snapshot.settings.rate.window = window;
  await world.files.put(key, JSON.stringify(snapshot), 'application/json');
  world.clock.set(Date.parse('2026-11-25T18:00:00Z'));
  expect(await world.go()).toMatchObject({ done: false, waitSeconds: 14 * 3600 });
  expect(world.requests).toEqual([]);
  world.clock.set(Date.parse('2026-11-26T08:00:00Z'));
  expect(await world.go()).toMatchObject({ done: true });
  expect(world.requests).toHaveLength(3);
});

test('a cancelled run ends, whatever it waited for', async () => {
  const { go, ports, requests, ref } = await setting(3);
  await pauseCampaign(ref.campaignDigest, { who: 'ann', why: 'wrong date' }, ports);
  await cancelCampaign(ref.campaignDigest, { who: 'ann', why: 'called off' }, ports);
  expect(await go()).toMatchObject({ done: true });
  expect(requests).toEqual([]);
});

test.each([
  [999, false],
  [1_000, true],
])('a shard that waits ends with its thousandth round, because a history is limited: %d', async (rounds, done) => {
  const { go, ports, ref, input, requests } = await setting(3);
  await pauseCampaign(ref.campaignDigest, { who: 'ann', why: 'wrong date' }, ports);
  expect(await go({}, { ...input, rounds })).toMatchObject({ done, rounds: rounds + 1 });
  expect(requests).toEqual([]);
});
