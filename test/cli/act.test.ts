import { onAll } from '../../cli/act';
import { pauseAll, resumeAll } from '../../lambda-src/core/control';
import { memoryBus } from '../support/memory-bus';
import { memoryStore } from '../support/memory-store';

function terminal() {
  const written = { out: '', error: '' };
  const stream = (name: 'out' | 'error') => ({
    write(text: string) {
      written[name] += text;
    },
  });
  return { written, streams: { stdout: stream('out'), stderr: stream('error') } as never };
}

const operatorOn = (bus = memoryBus()) => ({
  bus,
  control: { store: memoryStore(), clock: { now: () => Date.parse('2026-11-26T02:00:00Z') }, newId: () => 'id' },
  action: async (why = '') => ({ who: 'arn:aws:iam::1:user/ann', why }),
});

test('a pause of everything and its end are told on the owner’s bus, once each', async () => {
  const operator = operatorOn();
  const { streams, written } = terminal();
  for (const [what, change] of [
    ['pause', pauseAll],
    ['pause', pauseAll],
    ['resume', resumeAll],
    ['resume', resumeAll],
  ] as const) {
    expect(await onAll(what, change, { why: 'a wrong price' }, operator, streams)).toBe(0);
  }
  const detail = { version: 1, why: 'a wrong price', by: 'arn:aws:iam::1:user/ann', at: '2026-11-26T02:00:00.000Z' };
  expect(operator.bus.events).toEqual([
    { type: 'All Campaigns Paused', detail },
    { type: 'All Campaigns Resumed', detail },
  ]);
  expect(written.out.match(/\(as before\)/g)).toHaveLength(2);
});

test('everything is paused where the bus is gone, and whoever did it is told that', async () => {
  const gone = { events: [], publish: async () => Promise.reject(new Error('no such bus')) };
  const operator = operatorOn(gone);
  const { streams, written } = terminal();
  expect(await onAll('pause', pauseAll, {}, operator, streams)).toBe(0);
  expect(written.error).toMatch(/^MM609: .*no such bus/);
  expect(operator.control.store.items.size).toBeGreaterThan(0);
});
