import type { RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { RuntimeOptions } from '../runtime';

export interface MailerLogsProps {
  readonly runtime: RuntimeOptions;
  readonly removalPolicy: RemovalPolicy;
  /** A key whose policy names CloudWatch Logs. With another, an encrypted log group fails the deployment. */
  readonly encryptionKey?: kms.IKey;
}

/** Creates the log group of the mailer's functions. */
export const mailerLogs = (scope: Construct, id: string, props: MailerLogsProps): logs.LogGroup =>
  new logs.LogGroup(scope, id, {
    retention: props.runtime.logRetention ?? logs.RetentionDays.THREE_MONTHS,
    encryptionKey: props.encryptionKey,
    removalPolicy: props.removalPolicy,
  });
