import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { keyRing } from '../../../lambda-src/aws/link-keys';

const MINUTE = 60_000;
const secret = (current: string) =>
  JSON.stringify({ v: 1, current, k1: 'a'.repeat(32), ...(current === 'k2' ? { k2: 'b'.repeat(32) } : {}) });
let current: string;
let asked: number;

beforeEach(() => {
  current = 'k1';
  asked = 0;
  jest.useFakeTimers({ now: Date.parse('2026-11-25T01:00:00Z') });
  jest.spyOn(SecretsManagerClient.prototype, 'send').mockImplementation(async () => {
    asked += 1;
    return { SecretString: secret(current) };
  });
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

test('the secret is read again every five minutes', async () => {
  const ring = keyRing('secret');
  expect((await ring.keys()).current).toBe('k1');
  current = 'k2';
  jest.advanceTimersByTime(5 * MINUTE - 1);
  expect((await ring.keys()).current).toBe('k1');
  expect(asked).toBe(1);
  jest.advanceTimersByTime(1);
  expect((await ring.keys()).current).toBe('k2');
  expect(asked).toBe(2);
});

test('a link of a key that is not known reads it at once, and not more often than every thirty seconds', async () => {
  const ring = keyRing('secret');
  await ring.keys();
  current = 'k2';
  expect((await ring.keys(true)).current).toBe('k1');
  jest.advanceTimersByTime(30_000);
  expect((await ring.keys(true)).current).toBe('k2');
  expect(asked).toBe(2);
});
