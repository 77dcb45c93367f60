import type { Duration } from 'aws-cdk-lib';
import type * as ses from 'aws-cdk-lib/aws-ses';

/** How SES delivers email: options of the mailer's configuration set, with the names of CDK's `ConfigurationSet`. */
export interface DeliveryOptions {
  /**
   * The pool of dedicated IP addresses that email is sent from.
   *
   * @default - the account's shared IP addresses, or its default pool
   */
  readonly dedicatedIpPool?: ses.IDedicatedIpPool;

  /**
   * Whether SES delivers only to servers that accept TLS. With `REQUIRE`, email to other servers bounces.
   *
   * @default ConfigurationSetTlsPolicy.OPTIONAL
   */
  readonly tlsPolicy?: ses.ConfigurationSetTlsPolicy;

  /**
   * Whether SES publishes bounce and complaint rates of the configuration set to CloudWatch.
   *
   * @default - SES's default for a configuration set
   */
  readonly reputationMetrics?: boolean;

  /**
   * The time for which SES tries to deliver an email, from 5 minutes to 14 hours. Then the email soft-bounces with
   * `CustomTimeoutExceeded`, which never opts an address out.
   *
   * @default - 14 hours
   */
  readonly maxDeliveryDuration?: Duration;

  /**
   * The ARN of an archive of SES Mail Manager that keeps a copy of every email.
   *
   * @default - none
   */
  readonly archiveArn?: string;
}
