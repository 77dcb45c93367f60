import { SAYS } from '../../../../../local/ses/answers';
import { thrownFor } from '../../../../support/ses-answer';
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

test('only an answer that the rate is too high counts as throttled', async () => {
  const unreached = Object.assign(new Error('no route'), { code: 'ENOTFOUND' });
  const answers = [unreached, thrownFor(SAYS.rejected()), thrownFor(SAYS.unavailable()), undefined];
  const { go, ports, counted } = await setting(4, (_mail, request) => answers[request - 1]);
  await go();
  ports.metrics.flush();
  const sum = (name: string) => counted.reduce((all, one) => all + (one[name] ?? 0), 0);
  expect([sum('Throttled'), sum('Accepted')]).toEqual([0, 2]);
});
