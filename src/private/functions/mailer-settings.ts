import type { BulkMailerProps } from '../../bulk-mailer-props';
import { consentSettings } from '../../consent/consent';
import { Suppression } from '../../consent/suppression';
import { InDoubtPolicy } from '../../in-doubt-policy';
import { intakeSettings } from '../../intake';
import { Approval } from '../../review/approval';
import { reviewSettings } from '../../review/review';
import { trackingSettings } from '../../tracking';
import type { Settings } from '../contract';
import { checkNumber } from '../errors';
import { mailerNameOf } from '../mailer-name';

/** Returns the validated settings for the handlers. */
export function mailerSettings(props: BulkMailerProps): Settings {
  const { sendRate = {}, monitoring = {} } = props;
  checkNumber('sendRate.maxPerSecond', sendRate.maxPerSecond, { min: 0.01 });
  checkNumber('sendRate.accountShare', sendRate.accountShare, { min: 0.01, max: 1 });
  checkNumber('monitoring.maxRecipientsPerCampaign', monitoring.maxRecipientsPerCampaign, { min: 1, integer: true });
  checkNumber('monitoring.maxRefusedPercent', monitoring.maxRefusedPercent, { min: 1, max: 100 });
  checkNumber('monitoring.refusalSampleSize', monitoring.refusalSampleSize, { min: 1, max: 10_000, integer: true });
  return {
    mailer: mailerNameOf(props.mailerName),
    ...intakeSettings(props.intake ?? {}),
    rate: {
      maxPerSecond: sendRate.maxPerSecond,
      accountShare: sendRate.accountShare ?? 1,
      window: sendRate.window?._settings,
    },
    limits: {
      maxRecipients: monitoring.maxRecipientsPerCampaign,
      maxRefusedPercent: monitoring.maxRefusedPercent,
      refusalSample: monitoring.refusalSampleSize,
    },
    consent: consentSettings(
      { ...props.consent, ...(props.configurationSet ? { suppression: Suppression._of(props.configurationSet) } : {}) },
      Object.values(props.templates).flatMap(({ _variants }) => Object.keys(_variants)),
    ),
    tenant: props.tenant?.name,
    inDoubt: (props.inDoubtPolicy ?? InDoubtPolicy.hold())._policy,
    tracking: trackingSettings(props.tracking ?? {}),
    ...reviewSettings(props.approval ?? Approval.none(), props.sender),
  };
}
