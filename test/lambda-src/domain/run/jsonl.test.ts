import fc from 'fast-check';
import { BufferedWriter, readLines, toLine } from '../../../../lambda-src/domain/run/jsonl';
import { collect, inChunks, memoryFiles } from '../../../support/memory-files';

test('what was written comes back, wherever the chunks break', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'binary' })), fc.integer({ min: 1, max: 9 }), async (texts, size) => {
      const body = inChunks(Buffer.from(texts.map((text) => toLine({ text })).join('')), size);
      expect(await collect(readLines<{ text: string }>(body))).toEqual(texts.map((text) => ({ text })));
    }),
  );
});

test('lines may hold what other readers take for line ends', async () => {
  const body = inChunks(Buffer.from(toLine(['a\u2028b\u2029c\u0085d'])));
  expect(await collect(readLines(body))).toEqual([['a\u2028b\u2029c\u0085d']]);
});

test('a last line that breaks off is an error', async () => {
  await expect(collect(readLines(inChunks(Buffer.from('{"a":1}\n{"a"'))))).rejects.toThrow('MM610: line 2 is no JSON');
  const broken = Buffer.concat([Buffer.from('1\n2'), Buffer.from([0xc3])]);
  await expect(collect(readLines(inChunks(broken)))).rejects.toThrow('utf-8');
});

test('small writes are gathered and none is lost', async () => {
  const files = memoryFiles();
  const calls: number[] = [];
  const inner = files.write('k', 'text/plain');
  const writer = new BufferedWriter({
    write: (chunk) => {
      calls.push(chunk.length);
      return inner.write(chunk);
    },
    end: inner.end,
    abandon: inner.abandon,
  });
  for (let i = 0; i < 30_000; i++) await writer.write('12345\n');
  await writer.end();
  expect(files.objects.get('k')).toBe('12345\n'.repeat(30_000));
  expect(calls.length).toBe(3);
});
