import fc from 'fast-check';
import { DigestSet } from '../../../../lambda-src/functions/plan/digest-set';

test('says of every string whether it was there, as a Set does, through every growth', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 2 }), { maxLength: 2000 }), (texts) => {
      const digests = new DigestSet();
      const set = new Set<string>();
      for (const text of texts) {
        expect(digests.add(text)).toBe(!set.has(text));
        set.add(text);
      }
      expect(digests.size).toBe(set.size);
    }),
  );
});

test('loses none of a hundred thousand', () => {
  const digests = new DigestSet();
  for (let i = 0; i < 100_000; i++) expect(digests.add(`recipient ${i}`)).toBe(true);
  let found = 0;
  for (let i = 0; i < 100_000; i++) if (!digests.add(`recipient ${i}`)) found++;
  expect([found, digests.size]).toEqual([100_000, 100_000]);
});
