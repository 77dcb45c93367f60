import type { Duration } from 'aws-cdk-lib';
import { BOUNCE_RULES, type BounceRules } from './private/contract';
import { checkDuration, checkNumber } from './private/errors';
import type { TrackingOptions } from './tracking-options';

/** Returns the validated rules, or undefined if all are the defaults. */
export function bounceRules(options: TrackingOptions): BounceRules | undefined {
  checkNumber('tracking.softBounces', options.softBounces, { min: 1, max: 20, integer: true });
  const days = (prop: keyof TrackingOptions, value: Duration | undefined, fallback: number, max: number): number => {
    if (value === undefined) return fallback;
    checkDuration(`tracking.${prop}`, value);
    const found = value.toDays({ integral: false });
    checkNumber(`tracking.${prop} in days`, found, { min: 0, max });
    return found;
  };
  const { softBounceWithinDays: within, softBounceDays: span, noDomainDays } = BOUNCE_RULES;
  const softBounceWithinDays = days('softBounceWithin', options.softBounceWithin, within, 365);
  const rules: BounceRules = {
    softBounces: options.softBounces ?? BOUNCE_RULES.softBounces,
    softBounceDays: days(
      'softBounceSpan',
      options.softBounceSpan,
      Math.min(span, softBounceWithinDays),
      softBounceWithinDays,
    ),
    softBounceWithinDays,
    noDomainDays: days('missingDomainWithin', options.missingDomainWithin, noDomainDays, 365),
  };
  const isDefault = Object.entries(rules).every(([name, value]) => value === BOUNCE_RULES[name as keyof BounceRules]);
  return isDefault ? undefined : rules;
}
