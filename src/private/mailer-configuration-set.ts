import * as ses from 'aws-cdk-lib/aws-ses';
import type { Construct } from 'constructs';
import type { BulkMailerProps } from '../bulk-mailer-props';
import { Suppression } from '../consent/suppression';
import { tracksReaders } from '../tracking';

/** Creates the configuration set that the mailer's email is sent with. */
export const mailerConfigurationSet = (
  scope: Construct,
  id: string,
  { consent, tracking = {} }: Pick<BulkMailerProps, 'consent' | 'tracking'>,
): ses.ConfigurationSet =>
  new ses.ConfigurationSet(scope, id, {
    ...(consent?.suppression ?? Suppression._default())._props,
    // With the account's engagement tracking on, SES would otherwise change every email.
    vdmOptions: tracksReaders(tracking) ? undefined : { engagementMetrics: false },
  });
