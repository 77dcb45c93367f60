import { env, settings } from '../../../lambda-src/aws/env';
import { tableIdOf } from '../../../lambda-src/aws/table-id';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

test('a variable that the construct sets is missing', () => {
  delete process.env.MAILMATRIX_BUCKET;
  expect(() => env('bucket')).toThrow('MM502: the environment variable MAILMATRIX_BUCKET is missing');
});

test('settings are of a later format', () => {
  process.env.MAILMATRIX_SETTINGS = '{"v":2}';
  expect(settings).toThrow('MM503: MAILMATRIX_SETTINGS has format 2, this function reads 1');
});

test('DynamoDB tells no id of the ledger', async () => {
  const client = { send: async () => ({ Table: {} }) } as unknown as Parameters<typeof tableIdOf>[1];
  await expect(tableIdOf('ledger', client)).rejects.toThrow('MM526: DynamoDB gives no TableId of the ledger ledger');
});
