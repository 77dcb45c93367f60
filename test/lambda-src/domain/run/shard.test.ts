import { outcomesKey, readShard, shardKey } from '../../../../lambda-src/domain/run/shard';
import { memoryFiles } from '../../../support/memory-files';
import { recipientFor, runRef } from '../../../support/run';

const KEY = shardKey(runRef(), 1);

async function batches(rows: number, batchSize: number, head: object = { v: 1, shard: 1 }) {
  const files = memoryFiles();
  const lines = [head, ...Array.from({ length: rows }, (_, at) => recipientFor(at + 1))];
  await files.put(KEY, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), 'application/jsonl');
  const found: number[][] = [];
  for await (const recipients of readShard(KEY, batchSize, files)) found.push(recipients.map(({ row }) => row));
  return found;
}

test.each([
  [5, 2, [[1, 2], [3, 4], [5]]],
  [
    4,
    2,
    [
      [1, 2],
      [3, 4],
    ],
  ],
  [1, 2, [[1]]],
  [0, 2, []],
])('%d recipients are read %d at a time at most: DynamoDB reads no more keys at once', async (rows, size, expected) => {
  expect(await batches(rows, size)).toEqual(expected);
});

test('a shard of another format, or that is gone, sends nothing', async () => {
  await expect(batches(1, 2, { v: 2 })).rejects.toThrow(`MM506: the shard ${KEY} has format 2, this function reads 1`);
  await expect(readShard(KEY, 2, memoryFiles()).next()).rejects.toThrow(`MM505: the shard ${KEY} is missing`);
});

test('a reader that stops early leaves no stream open', async () => {
  const files = memoryFiles();
  const lines = [{ v: 1 }, recipientFor(1), recipientFor(2)];
  await files.put(KEY, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), 'application/jsonl');
  const body = (await files.open(KEY))!;
  const { destroy } = body;
  let ended = false;
  body.destroy = (...of) => {
    ended = true;
    return destroy.apply(body, of);
  };
  for await (const _ of readShard(KEY, 1, { ...files, open: async () => body })) break;
  expect(ended).toBe(true);
});

test('shards and their outcomes are named by numbers that sort', () => {
  const { folder } = runRef();
  const names = [2, 10, 100].map((shard) => shardKey(runRef(), shard));
  expect(names[0]).toBe(`${folder}shards/00002.jsonl`);
  expect([...names].sort()).toEqual(names);
  expect(outcomesKey(runRef(), 2)).toBe(`${folder}outcomes/00002.jsonl`);
});
