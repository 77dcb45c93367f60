import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { LIST_REJECTIONS } from '../../../../lambda-src/domain/list/rejections';
import { planned, settings } from './harness';

/** A few in every test run; `npx projen fuzz` takes a hundred thousand. */
const RUNS = Number(process.env.MAILMATRIX_FUZZ ?? 1000);

const fragment = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('email,name\n', 'email;name\r\n', 'ann@example.com,Ann\n', 'bo@example.com;Bo\r'),
  },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      '"',
      '""',
      ',',
      ';',
      '\t',
      '|',
      '\n',
      '\r',
      '\r\n',
      ' ',
      'sep=;\n',
      '\uFEFF',
      '@',
      '=1',
      "'",
      'é',
    ),
  },
  { weight: 1, arbitrary: fc.string() },
);
const bytes = fc.oneof(
  { weight: 6, arbitrary: fc.array(fragment, { maxLength: 30 }).map((parts) => Buffer.from(parts.join(''))) },
  { weight: 2, arbitrary: fc.array(fragment, { maxLength: 30 }).map((parts) => Buffer.from(parts.join(''), 'latin1')) },
  {
    weight: 2,
    arbitrary: fc.array(fragment, { maxLength: 30 }).map((parts) => Buffer.from(parts.join(''), 'utf16le')),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)) },
);
/** The file as it is, packed, cut off, or with one byte wrong. */
const file = fc
  .tuple(bytes, fc.constantFrom('as it is', 'packed', 'cut', 'wrong'), fc.nat(), fc.nat(255))
  .map(([plain, how, at, byte]) => {
    const packed = how === 'packed' ? gzipSync(plain) : Buffer.from(plain);
    if (how === 'cut') return packed.subarray(0, at % (packed.length + 1));
    if (how === 'wrong' && packed.length > 0) packed[at % packed.length] = byte;
    return packed;
  });

test('no bytes make Plan throw anything but a named refusal, or lose count of a row', async () => {
  const ends = { send: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(file, fc.integer({ min: 1, max: 64 }), async (list, chunk) => {
      const { output, document, recipients, skipped } = await planned(list, {
        upload: { chunk },
        settings: settings({ maxInvalidPercent: 100 }),
      });
      expect(document.rows).toBe(document.recipients + document.invalid + document.duplicate);
      expect(skipped).toHaveLength(document.invalid + document.duplicate);
      if (output.decision === 'rejected') {
        expect(Object.keys(LIST_REJECTIONS)).toContain(output.rejection?.code);
        ends.refused++;
      } else {
        expect(recipients).toHaveLength(document.recipients);
        ends.send++;
      }
    }),
    { numRuns: RUNS },
  );
  // Neither end is one that is never reached.
  expect(Math.min(ends.send, ends.refused)).toBeGreaterThan(RUNS / 200);
}, 1_800_000);
