import { asPlan, costOf, PRICES } from '../../../lambda-src/core/prices';

const ses = (messages: number, plan?: 'NONE' | 'ESSENTIALS' | 'PRO') => costOf({ messages, plan }).services.SES;

test('SES asks by the account’s plan, cheaper from ten million on', () => {
  expect(ses(1000)).toBeCloseTo(0.1);
  expect(ses(1000, 'ESSENTIALS')).toBeCloseTo(0.16);
  expect(ses(1000, 'PRO')).toBeCloseTo(0.22);
  expect(ses(20_000_000, 'ESSENTIALS')).toBeCloseTo(1600 + 1400);
  expect(ses(200_000_000, 'ESSENTIALS')).toBeCloseTo(1600 + 12_600 + 11_000);
});

test('all that is not SES is some percent of it, by service', () => {
  const { services, dollars, pricesOf, plan } = costOf({ messages: 1_000_000 });
  expect(Object.keys(services)).toEqual(['SES', 'Lambda', 'DynamoDB', 'Step Functions', 'SQS', 'S3']);
  expect(dollars).toBeCloseTo(Object.values(services).reduce((sum, one) => sum + one, 0));
  expect(dollars / services.SES!).toBeGreaterThan(1.01);
  expect(dollars / services.SES!).toBeLessThan(1.1);
  expect([pricesOf, plan]).toEqual([PRICES.asOf, 'NONE']);
});

test('attachments are charged as they are on their way', () => {
  const of = costOf({ messages: 5400, attachmentBytes: 550_000 }).services['SES attachments'];
  // A bill of somebody's who sent just that: $0.44.
  expect(of).toBeGreaterThan(0.43);
  expect(of).toBeLessThan(0.47);
});

test('nothing costs nothing', () => expect(costOf({ messages: 0 }).dollars).toBe(0));

test('a plan that is not known is none', () =>
  expect([asPlan('PRO'), asPlan('GOLD'), asPlan(undefined)]).toEqual(['PRO', undefined, undefined]));
