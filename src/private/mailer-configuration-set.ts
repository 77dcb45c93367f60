import { Token } from 'aws-cdk-lib';
import * as ses from 'aws-cdk-lib/aws-ses';
import type { Construct } from 'constructs';
import type { BulkMailerProps } from '../bulk-mailer-props';
import { Suppression } from '../consent/suppression';
import { tracksReaders } from '../tracking';
import { fail } from './errors';

const DOMAIN = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;

/** Returns the given configuration set, or creates the mailer's own. */
export function mailerConfigurationSet(scope: Construct, id: string, props: BulkMailerProps): ses.ConfigurationSet {
  const { configurationSet, consent, delivery = {}, tracking = {} } = props;
  const { redirectDomain } = tracking;
  if (configurationSet) {
    checkGiven(configurationSet, props);
    return configurationSet;
  }
  if (redirectDomain !== undefined && !Token.isUnresolved(redirectDomain) && !DOMAIN.test(redirectDomain)) {
    fail('MM127', `tracking.redirectDomain must be a domain such as "links.example.com", got "${redirectDomain}"`);
  }
  const { archiveArn, ...options } = delivery;
  const made = new ses.ConfigurationSet(scope, id, {
    ...(consent?.suppression ?? Suppression._default())._props,
    ...options,
    // With the account's engagement tracking on, SES would otherwise change every email.
    vdmOptions: tracksReaders(tracking) ? undefined : { engagementMetrics: false },
    customTrackingRedirectDomain: redirectDomain,
    customTrackingHttpsPolicy: redirectDomain === undefined ? undefined : ses.HttpsPolicy.REQUIRE,
  });
  // CDK's construct has no property for it.
  if (archiveArn !== undefined) {
    (made.node.defaultChild as ses.CfnConfigurationSet).archivingOptions = { archiveArn };
  }
  return made;
}

/** A given configuration set keeps its own options, so props that would change them must be absent. */
function checkGiven(configurationSet: ses.ConfigurationSet, props: BulkMailerProps): void {
  const set = {
    delivery: props.delivery,
    'consent.suppression': props.consent?.suppression,
    'tracking.redirectDomain': props.tracking?.redirectDomain,
  };
  const both = Object.entries(set).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (both.length > 0) {
    fail(
      'MM126',
      `configurationSet must not be set together with ${both.join(' and ')}: set these options on ${configurationSet.node.path}`,
    );
  }
  const { sendingOptions } = configurationSet.node.defaultChild as ses.CfnConfigurationSet;
  if (sendingOptions && !Token.isUnresolved(sendingOptions) && 'sendingEnabled' in sendingOptions) {
    if (sendingOptions.sendingEnabled === false) {
      fail('MM126', `configurationSet must have sending enabled, got ${configurationSet.node.path} with it disabled`);
    }
  }
}
