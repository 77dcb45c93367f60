import fc from 'fast-check';
import { TopCounter } from '../../../../../lambda-src/functions/report/breakdown/top-counter';

test('what is frequent is found among many, and a count is too low by no more than it says', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(400), { minLength: 1, maxLength: 2000 }), (more) => {
      const counter = new TopCounter(1, 20);
      const truth = new Map<string, number>();
      // Every other is one of three frequent ones.
      const names = more.flatMap((name, at) => [`seldom-${name}`, `often-${at % 3}`]);
      for (const name of names) {
        counter.of(name)[0]! += 1;
        truth.set(name, (truth.get(name) ?? 0) + 1);
      }
      expect(counter.all.length).toBeLessThanOrEqual(20);
      for (const [name, [count]] of counter.all) {
        expect(count!).toBeLessThanOrEqual(truth.get(name)!);
        expect(count! + counter.missed).toBeGreaterThanOrEqual(truth.get(name)!);
      }
    }),
  );
});

test('while there is room it is exact', () => {
  const counter = new TopCounter(2, 3);
  for (const name of ['a', 'b', 'b', 'c']) counter.of(name)[0]! += 1;
  counter.of('c')[1]! += 5;
  expect([counter.all, counter.missed]).toEqual([
    [
      ['b', [2, 0]],
      ['a', [1, 0]],
      ['c', [1, 5]],
    ],
    0,
  ]);
});
