import { prove } from '../../../lambda-src/core/proof';
import { STATE } from '../../../lambda-src/core/record';
import { memoryStore } from '../../support/memory-store';

const record = { pk: 'p', sk: 's' };

test.each(Object.values(STATE).filter((state) => state !== STATE.sent))(
  'an event makes a record that is %s sent',
  async (state) => {
    const store = memoryStore();
    store.items.set('p\ns', { ...record, state });
    expect(await prove({ record, messageId: 'm' }, store)).toBe('sent');
    expect(store.get(record)).toMatchObject({ state: STATE.sent, messageId: 'm' });
  },
);

test('an event of a message that is known changes nothing, however often it comes', async () => {
  const store = memoryStore();
  store.items.set('p\ns', { ...record, state: STATE.sent, messageId: 'm' });
  expect(await prove({ record, messageId: 'm' }, store)).toBe('sent');
  expect(await prove({ record, messageId: 'other' }, store)).toBe('second');
  expect(store.get(record)).toMatchObject({ messageId: 'm' });
});

test('no record is made from an event', async () => {
  const store = memoryStore();
  expect(await prove({ record, messageId: 'm' }, store)).toBe('unknown');
  expect(store.items.size).toBe(0);
});
