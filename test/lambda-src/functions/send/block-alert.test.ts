import { type Block, block } from '../../../../lambda-src/domain/rate/blocks';
import { changeRate, RATE_KEY } from '../../../../lambda-src/domain/rate/rate';
import { asRate } from '../../../../lambda-src/domain/rate/rate-record';
import { alertOfBlock, wakeAt } from '../../../../lambda-src/functions/send/block-alert';
import { memoryStore } from '../../../support/memory-store';
import { silent } from '../../../support/run';
import { virtualClock } from '../../../support/virtual-clock';

const NOW = 1_000_000;
const MINUTE = 60_000;

async function unclear() {
  const store = memoryStore();
  const clock = virtualClock(NOW);
  const published: string[] = [];
  let ids = 0;
  const ports = {
    ...{ store, clock, log: { ...silent, error: (_: string): void => {} } },
    newId: () => `id-${++ids}`,
    random: () => 0,
    notices: { publish: async (subject: string, text: string) => void published.push(`${subject}\n${text}`) },
  };
  await changeRate(ports, (record, now) => ({
    record: block(record, 'unclear', { reason: 'unclear', tried: false }, now)!,
  }));
  const found = (): Block => asRate(store.get(RATE_KEY)).blocks.unclear!;
  return { clock, ports, published, found };
}

test('nobody is alerted in the first ten minutes', async () => {
  const { clock, ports, published } = await unclear();
  clock.set(NOW + 10 * MINUTE - 1);
  await alertOfBlock('mailer', ports);
  expect(published).toEqual([]);
});

test('after ten minutes each mailer’s topics are alerted, once however many workers wait', async () => {
  const { clock, ports, published, found } = await unclear();
  const errors: string[] = [];
  ports.log.error = (message: string) => void errors.push(message);
  clock.set(NOW + 10 * MINUTE);
  await Promise.all([1, 2, 3].map(() => alertOfBlock('mailer', ports)));
  await alertOfBlock('mailer', ports);
  expect(published).toHaveLength(1);
  expect(published[0]).toMatch(
    /^MailMatrix: no clear answers from SES\nSince 1970-01-01T00:16:40.000Z most of SES’s answers/,
  );
  expect(errors).toEqual(['MM615: SES has given no clear answers for ten minutes']);
  await alertOfBlock('other', ports);
  expect(published).toHaveLength(2);
  expect(found().alerts).toMatchObject({ mailer: { done: true }, other: { done: true } });
});

test('an alert that a worker died over is given by another, a minute later', async () => {
  const { clock, ports, published } = await unclear();
  clock.set(NOW + 10 * MINUTE);
  const dying = { ...ports, notices: { publish: () => Promise.reject(new Error('dead')) } };
  await expect(alertOfBlock('mailer', dying)).rejects.toThrow('dead');
  await alertOfBlock('mailer', ports);
  expect(published).toEqual([]);
  clock.set(NOW + 11 * MINUTE + 1);
  await alertOfBlock('mailer', ports);
  expect(published).toHaveLength(1);
});

test('the alert stays known through the tries that fail', async () => {
  const { clock, ports, published } = await unclear();
  clock.set(NOW + 10 * MINUTE);
  await alertOfBlock('mailer', ports);
  await changeRate(ports, (record, now) => ({
    record: block(record, 'unclear', { reason: 'unclear', tried: true }, now)!,
  }));
  clock.set(NOW + 60 * MINUTE);
  await alertOfBlock('mailer', ports);
  expect(published).toHaveLength(1);
});

test('a worker that waits for longer comes back for the alert', () => {
  const by = { kind: 'unclear', reason: 'r', since: NOW, probed: false } as const;
  expect(wakeAt({ ...by, until: NOW + 17 * MINUTE }, NOW + 9 * MINUTE)).toBe(NOW + 10 * MINUTE);
  expect(wakeAt({ ...by, until: NOW + 5 * MINUTE }, NOW + MINUTE)).toBe(NOW + 5 * MINUTE);
  expect(wakeAt({ ...by, until: NOW + 17 * MINUTE }, NOW + 10 * MINUTE)).toBe(NOW + 17 * MINUTE);
  expect(wakeAt({ ...by, kind: 'quota', until: NOW + 17 * MINUTE }, NOW)).toBe(NOW + 17 * MINUTE);
});
