import { costOf, dollarsFor } from '../../../../lambda-src/domain/cost/prices';

test.each([
  [1, 'NONE', 0],
  [12_000, 'NONE', 1.2],
  [1_000_000, 'NONE', 100],
  [1_000_000, 'ESSENTIALS', 160],
  [10_500_000, 'ESSENTIALS', 1_670],
  [100_000_001, 'ESSENTIALS', 14_200],
  [1_000_000, 'PRO', 220],
] as const)('SES takes for %d mails by %s $%d', (mails, plan, dollars) => {
  expect(dollarsFor(mails, plan)).toBe(dollars);
});

test('the other services take a few percent of that, more where mail goes out slowly', () => {
  const others = (perSecond: number) => {
    const { ses, ...rest } = costOf(1_000_000, perSecond);
    return Object.values(rest).reduce((sum, dollars) => sum + dollars, 0) / ses;
  };
  expect(others(200)).toBeLessThan(0.08);
  expect(others(14)).toBeGreaterThan(others(200));
});
