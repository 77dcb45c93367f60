import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as events from 'aws-cdk-lib/aws-events';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type * as ses from 'aws-cdk-lib/aws-ses';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { MailerMetrics } from '../monitoring/mailer-metrics';

/** A mailer as its dashboard, alarms, grants and output see it. `BulkMailer` creates them, so they cannot import it. */
export interface MailerParts extends MailerMetrics {
  readonly mailerName: string;
  readonly bucket: s3.IBucket;
  readonly ledger: dynamodb.ITable;
  readonly alertTopic: sns.Topic;
  readonly alarmTopic?: sns.Topic;
  readonly alarms: cloudwatch.Alarm[];
  readonly dashboard?: cloudwatch.Dashboard;
  readonly configurationSet: ses.ConfigurationSet;
  readonly stateMachine: sfn.StateMachine;
  readonly followUpStateMachine: sfn.StateMachine;
  readonly intakeRule: events.Rule;
  readonly draftsRule: events.Rule;
  readonly intakeDeadLetterQueue: sqs.Queue;
  readonly runFailedRule: events.Rule;
  readonly registerFunction: lambda.Function;
  readonly planFunction: lambda.Function;
  readonly sendFunction: lambda.Function;
  readonly settleFunction: lambda.Function;
  readonly reportFunction: lambda.Function;
  readonly consentFunction: lambda.Function;
  readonly consentUrl: string;
  readonly consentFunctionUrl?: lambda.FunctionUrl;
  readonly consentDomainTarget?: string;
  readonly consentSecret: secretsmanager.ISecret;
  readonly trackFunction: lambda.Function;
  readonly trackingQueue: sqs.Queue;
  readonly trackingDeadLetterQueue: sqs.Queue;
  readonly trackingRule: events.Rule;
  readonly reviewFunction: lambda.Function;
  readonly approvalFunction?: lambda.Function;
  readonly logGroup: logs.ILogGroup;
  readonly _prefixes: readonly string[];
}
