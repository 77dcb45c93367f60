import { accepted, STATE } from '../../../../../lambda-src/domain/ledger/record';
import { UnknownWriteError, type Update } from '../../../../../lambda-src/domain/ledger/store';
import type { SendPorts } from '../../../../../lambda-src/functions/send/ports';
import { SAYS } from '../../../../../local/ses/answers';
import { brokenAnswer, sesAnswer, thrownFor } from '../../../../support/ses-answer';
import { ACCOUNT, setting, THROTTLED } from './setting';

const RESET = brokenAnswer('reset');

test.each([
  ['is told of as a broken guarantee', { state: STATE.open }, ['MM604']],
  [
    'is what the owner accepted, where a doubt was resent',
    { state: STATE.inDoubt, grantSending: 1, grantClaim: 'x' },
    [],
  ],
])('a second message that SES took %s', async (_, more, codes) => {
  const { go, put, ports, store, recipients, counted, record } = await setting(1);
  put(recipients[0]!, more);
  const send: SendPorts['ses']['send'] = async (mail) => {
    // The tracker has heard of another.
    await store.write(accepted(recipients[0]!, 'another'));
    return ports.ses.send(mail);
  };
  const errors: string[] = [];
  await go({ ses: { ...ports.ses, send }, log: { ...ports.log, error: (message) => void errors.push(message) } });
  expect(errors.map((message) => message.slice(0, 5))).toEqual(codes);
  ports.metrics.flush();
  expect(counted.reduce((sum, { InvariantViolations = 0 }) => sum + InvariantViolations, 0)).toBe(codes.length);
  expect(record(1)).toMatchObject({ state: STATE.sent, messageId: 'another' });
});

test('what would happen to all stops the run and refuses nobody', async () => {
  const denied = thrownFor(SAYS.forbidden());
  const { go, requests, record, store } = await setting(200, () => denied);
  expect(await go()).toMatchObject({ done: true });
  expect(requests.length).toBeLessThan(150);
  expect(record(1)?.state).toBe(STATE.open);
  expect([...store.items.values()].filter((item) => item.state === STATE.refused)).toEqual([]);
  expect([...store.items.values()].find((item) => item.sk.startsWith('run#'))?.stopped).toContain('AccessDenied');
});

test('whoever was about to be claimed is not, once the worker knows of a stop', async () => {
  const { go, record, store, clock, ports } = await setting(2);
  // So slow that the second row's preferences are read again after its permit has come; the first is answered meanwhile.
  const account = async () => ({ ...ACCOUNT, maxPerSecond: 0.1 });
  let answer = () => {};
  const reading = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const send: SendPorts['ses']['send'] = async () => {
    await reading;
    throw thrownFor(SAYS.forbidden());
  };
  const stalling: SendPorts['store'] = {
    ...store,
    read: async (keys) => {
      const items = await store.read(keys);
      if (keys.length === 1 && keys[0]?.sk === 'preferences') {
        answer();
        await clock.sleep(2_000);
      }
      return items;
    },
  };
  expect(await go({ store: stalling, ses: { ...ports.ses, account, send } })).toMatchObject({ done: true });
  expect(record(1)?.state).toBe(STATE.open);
  expect(record(2)).toBeUndefined();
});

test('a rejected message is refused, and the others go out', async () => {
  const { go, accepted, record } = await setting(3, ({ to }) =>
    to.startsWith('p2@') ? sesAnswer('BadRequestException', 400, 'Illegal address') : undefined,
  );
  expect(await go()).toMatchObject({ done: true });
  expect(accepted).toHaveLength(2);
  expect(record(2)).toMatchObject({ state: STATE.refused, reason: 'BadRequestException: Illegal address' });
});

test('an unclear answer is in doubt and never tried again', async () => {
  const { go, requests, record } = await setting(1, () => RESET);
  expect(await go()).toMatchObject({ done: true });
  await go();
  expect(requests).toHaveLength(1);
  expect(record(1)).toMatchObject({ state: STATE.inDoubt, reason: 'the connection broke before SES’s answer' });
});

describe('where the ledger says nothing clear', () => {
  const unknownFor = (
    { store }: Awaited<ReturnType<typeof setting>>,
    which: (update: Update) => boolean,
    applied: boolean,
  ): Pick<SendPorts, 'store'> => ({
    store: {
      ...store,
      write: async (update) => {
        if (!which(update)) return store.write(update);
        if (applied) await store.write(update);
        throw new UnknownWriteError();
      },
    },
  });

  test.each([true, false])(
    'nothing is sent on a claim of which nobody knows whether it was written (%s)',
    async (applied) => {
      const world = await setting(1);
      await world.go(unknownFor(world, (update) => update.set.state === STATE.claimed, applied));
      expect(world.requests).toEqual([]);
    },
  );

  test('a mark that may be lost leaves the claim, and the others go on', async () => {
    const world = await setting(3);
    const which = (update: Update) => update.set.state === STATE.sent && update.key.pk === world.recipients[0].pk;
    expect(await world.go(unknownFor(world, which, false))).toMatchObject({ done: true });
    expect(world.accepted).toHaveLength(3);
    expect(world.record(1)?.state).toBe(STATE.claimed);
    expect(world.record(3)?.state).toBe(STATE.sent);
  });

  test('a longer deadline that may not be written sends nothing more', async () => {
    const world = await setting(1, () => THROTTLED);
    await world.go(unknownFor(world, (update) => Object.keys(update.set).join() === 'deadline', true));
    expect(world.requests).toHaveLength(1);
    expect(world.record(1)?.state).toBe(STATE.open);
  });

  test('a write that is refused outright is a mistake of ours: the worker fails, after all it had under way', async () => {
    const world = await setting(3);
    const failing: Pick<SendPorts, 'store'> = {
      store: {
        ...world.store,
        write: async (update) => {
          if (update.set.state === STATE.claimed && update.key.pk === world.recipients[1].pk)
            throw new Error('ValidationException');
          return world.store.write(update);
        },
      },
    };
    await expect(world.go(failing)).rejects.toThrow('ValidationException');
    expect(world.record(1)?.state).toBe(STATE.sent);
  });
});
