import { Duration } from 'aws-cdk-lib';
import type { TrackingOptions } from '../../src';
import { bounceRules } from '../../src/bounce-rules';
import { BOUNCE_RULES } from '../../src/private/contract';

test('the defaults are absent from the settings, whether said or not', () => {
  expect(bounceRules({})).toBeUndefined();
  expect(bounceRules({ softBounces: 5, softBounceSpan: Duration.hours(168) })).toBeUndefined();
});

test('each rule can be set', () => {
  expect(
    bounceRules({
      softBounces: 3,
      softBounceSpan: Duration.hours(36),
      softBounceWithin: Duration.days(30),
      missingDomainWithin: Duration.days(14),
    }),
  ).toEqual({ softBounces: 3, softBounceDays: 1.5, softBounceWithinDays: 30, noDomainDays: 14 });
  expect(bounceRules({ softBounces: 8 })).toEqual({ ...BOUNCE_RULES, softBounces: 8 });
  // The default span never exceeds the time within which bounces count.
  expect(bounceRules({ softBounceWithin: Duration.days(3) })).toMatchObject({
    softBounceDays: 3,
    softBounceWithinDays: 3,
  });
});

test.each<[TrackingOptions, string]>([
  [{ softBounces: 0 }, 'tracking.softBounces'],
  [{ softBounces: 21 }, 'tracking.softBounces'],
  [{ softBounces: 2.5 }, 'tracking.softBounces'],
  [{ softBounceSpan: Duration.days(91) }, 'tracking.softBounceSpan in days'],
  [{ softBounceWithin: Duration.days(366) }, 'tracking.softBounceWithin in days'],
  [{ missingDomainWithin: Duration.days(366) }, 'tracking.missingDomainWithin in days'],
])('%j is rejected', (options, prop) => {
  expect(() => bounceRules(options)).toThrow(`MM104: ${prop}`);
});
