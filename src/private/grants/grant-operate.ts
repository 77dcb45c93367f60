import { ArnFormat, Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { LAYOUT, partsUnder, reportsOf } from '../contract';
import { grantUseTable, grantWrite } from './key-rights';

export interface Operated {
  readonly bucket: s3.IBucket;
  readonly ledger: dynamodb.ITable;
  readonly stateMachine: sfn.IStateMachine;
  readonly prefixes: readonly string[];
  readonly mailerName: string;
  readonly encryptionKey?: kms.IKey;
  /** Receives pause events. */
  readonly eventBus?: events.IEventBus;
}

/** Grants what the command (`cli/`) needs. In the ledger: campaigns, mailers, the rate and shards, never recipients. */
export function grantOperate(grantee: iam.IGrantable, operated: Operated): iam.Grant {
  const { bucket, ledger, stateMachine, prefixes, mailerName, encryptionKey, eventBus } = operated;
  const allow = (actions: string[], resourceArns: string[], conditions?: Record<string, Record<string, unknown>>) =>
    iam.Grant.addToPrincipal({ grantee, actions, resourceArns, conditions });
  const stack = Stack.of(stateMachine);
  const executions = stack.formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${stack.splitArn(stateMachine.stateMachineArn, ArnFormat.COLON_RESOURCE_NAME).resourceName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const leading = (...keys: string[]) => ({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } });

  eventBus?.grantPutEventsTo(grantee);
  return (
    allow(['cloudformation:DescribeStacks'], [stack.stackId])
      .combine(allow(['states:StartExecution', 'states:ListExecutions'], [stateMachine.stateMachineArn]))
      .combine(allow(['states:DescribeExecution', 'states:GetExecutionHistory'], [executions]))
      .combine(
        allow(
          ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem', 'dynamodb:Query'],
          [ledger.tableArn],
          leading('campaign#*', 'run#*', 'mailer#*', 'rate'),
        ),
      )
      .combine(allow(['dynamodb:Query'], [ledger.tableArn], leading('shard#*', 'list#*', 'counts#*')))
      // Reads whether a run waits for approval, without the right to approve.
      .combine(allow(['dynamodb:BatchGetItem'], [ledger.tableArn], leading('approval#*')))
      .combine(
        allow(
          ['s3:PutObject', 's3:AbortMultipartUpload'],
          [...prefixes, ...prefixes.map(partsUnder)].map((prefix) => bucket.arnForObjects(`${prefix}*`)),
        ),
      )
      .combine(allow(['s3:GetObject'], [bucket.arnForObjects(`${reportsOf(mailerName)}*`)]))
      // `take-over` reads and writes who owns the mailer's name, ledger and prefixes.
      .combine(allow(['dynamodb:DescribeTable'], [ledger.tableArn]))
      .combine(allow(['s3:GetObject', 's3:PutObject'], [bucket.arnForObjects(`${LAYOUT.markers}*`)]))
      // Without ListBucket, S3 reports a missing file as access denied.
      .combine(allow(['s3:ListBucket'], [bucket.bucketArn]))
      .combine(grantWrite(bucket.encryptionKey ?? encryptionKey, grantee))
      .combine(grantUseTable(ledger.encryptionKey ?? encryptionKey, grantee))
  );
}
