import type { RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { RuntimeOptions } from '../runtime';
import { fail } from './errors';

export interface MailerLogGroupProps {
  readonly runtime: RuntimeOptions;
  readonly removalPolicy: RemovalPolicy;
  readonly encryptionKey?: kms.IKey;
}

/** Returns the log group of the functions: the owner's, or a new one. */
export function mailerLogGroup(scope: Construct, id: string, props: MailerLogGroupProps): logs.ILogGroup {
  const { runtime, removalPolicy, encryptionKey } = props;
  const { logGroup, logRetention } = runtime;
  if (logGroup && logRetention !== undefined) {
    fail('MM123', 'runtime.logRetention must not be set beside runtime.logGroup. Set the retention of that log group');
  }
  const retention = logRetention ?? logs.RetentionDays.THREE_MONTHS;
  return logGroup ?? new logs.LogGroup(scope, id, { retention, encryptionKey, removalPolicy });
}
