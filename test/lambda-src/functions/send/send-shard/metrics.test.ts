import { ACCOUNT, setting, THROTTLED } from './setting';

test('what goes out is counted while it does: accepted, throttled, the share of the rate, the account', async () => {
  const { go, ports, counted } = await setting(3, (_mail, request) => (request === 1 ? THROTTLED : undefined));
  await go({ ses: { ...ports.ses, account: async () => ({ ...ACCOUNT, enforcement: 'PROBATION' }) } });
  ports.metrics.flush();
  const sum = (name: string) => counted.reduce((all, one) => all + (one[name] ?? 0), 0);
  expect([sum('Accepted'), sum('Throttled')]).toEqual([3, 1]);
  // Four requests of the sixty seconds' allowance.
  expect(sum('AllowanceUsed')).toBeCloseTo((4 * 100) / (60 * ACCOUNT.maxPerSecond));
  expect(counted.find(({ AccountAtRisk }) => AccountAtRisk !== undefined)).toMatchObject({ AccountAtRisk: 1 });
  expect(counted.some(({ QuotaLeft }) => QuotaLeft === ACCOUNT.max24Hours - ACCOUNT.sentLast24Hours)).toBe(true);
});
