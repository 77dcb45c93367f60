import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { BulkMailer } from '../../src';
import { ACCOUNT, REGION } from './mailers';
import type { Request } from './simulate';

/** What the mailer's owner gives to people and to roles, by the name that docs/security.md has. */
export const GRANTS = {
  grantUpload: (mailer, to) => mailer.grantUpload(to),
  grantReadReports: (mailer, to) => mailer.grantReadReports(to),
  grantApprove: (mailer, to) => mailer.grantApprove(to),
  grantOperate: (mailer, to) => mailer.grantOperate(to),
  grantHistory: (mailer, to) => mailer.grantHistory(to),
  grantForget: (mailer, to) => mailer.grantForget(to),
  grantDoctor: (mailer, to) => mailer.grantDoctor(to),
} as const satisfies { [name: string]: (mailer: BulkMailer, to: IGrantable) => unknown };
export type Grant = keyof typeof GRANTS;

export interface Granted extends Request {
  readonly what: string;
  /** Asked of a mailer under a customer's key only. */
  readonly key?: true;
  readonly who: readonly Grant[];
}

const bucket =
  (key: string): Request['on'] =>
  (of) =>
    `${of.arn('AWS::S3::Bucket', 'MailerBucket')}/${key}`;
const ledger: Request['on'] = (of) => of.arn('AWS::DynamoDB::GlobalTable');
const key: Request['on'] = (of) => of.arn('AWS::KMS::Key');
const of = (...keys: string[]) => ({ 'dynamodb:LeadingKeys': keys });
const identity: Request['on'] = () => `arn:aws:ses:${REGION}:${ACCOUNT}:identity/example.com`;
const rule: Request['on'] = (of) => of.arn('AWS::Events::Rule', 'MailerTrackingRule');
const uploads: Request['on'] = (of) => of.arn('AWS::Events::Rule', 'MailerIntakeRule');
const drafts: Request['on'] = (of) => of.arn('AWS::Events::Rule', 'MailerIntakeDraftsRule');
const deadLetters: Request['on'] = (of) => of.arn('AWS::SQS::Queue', 'MailerTrackingDeadLetter');
const machine: Request['on'] = (of) => of.arn('AWS::StepFunctions::StateMachine', 'PipelineStateMachine');
const execution: Request['on'] = (of) => `${machine(of).replace(':stateMachine:', ':execution:')}:one`;

/** Each is asked of a mailer without and with a key of the customer's. */
export const GRANTED: readonly Granted[] = [
  {
    what: 'put a recipient list',
    action: 's3:PutObject',
    on: bucket('campaigns/may.csv'),
    who: ['grantUpload', 'grantOperate'],
  },
  { what: 'put a draft', action: 's3:PutObject', on: bucket('drafts/may.csv'), who: ['grantUpload', 'grantOperate'] },
  {
    what: 'put a part of a list',
    action: 's3:PutObject',
    on: bucket('parts/campaigns/may/1.csv'),
    who: ['grantUpload', 'grantOperate'],
  },
  {
    what: 'put a part of another mailer’s list',
    action: 's3:PutObject',
    on: bucket('parts/other/may/1.csv'),
    who: [],
  },
  {
    what: 'give up the upload of a list',
    action: 's3:AbortMultipartUpload',
    on: bucket('campaigns/may.csv'),
    who: ['grantUpload', 'grantOperate'],
  },
  { what: 'read a recipient list', action: 's3:GetObject', on: bucket('campaigns/may.csv'), who: [] },
  { what: 'delete a recipient list', action: 's3:DeleteObject', on: bucket('campaigns/may.csv'), who: [] },
  {
    what: 'read a report',
    action: 's3:GetObject',
    on: bucket('reports/mailer/may/0001/results.csv'),
    who: ['grantReadReports', 'grantOperate'],
  },
  { what: 'write a run’s files', action: 's3:PutObject', on: bucket('reports/mailer/may/0001/plan.json'), who: [] },
  { what: 'write a map’s results', action: 's3:PutObject', on: bucket('maps/mailer/one'), who: [] },
  {
    what: 'read another mailer’s report',
    action: 's3:GetObject',
    on: bucket('reports/another/may/0001/results.csv'),
    who: [],
  },
  {
    what: 'see whose a prefix is',
    action: 's3:GetObject',
    on: bucket('mailers/campaigns/marker.json'),
    who: ['grantOperate'],
  },
  {
    what: 'take a prefix over',
    action: 's3:PutObject',
    on: bucket('mailers/campaigns/marker.json'),
    who: ['grantOperate'],
  },
  {
    what: 'take a mailer’s name over',
    action: 'dynamodb:UpdateItem',
    on: ledger,
    context: of('mailer#digest'),
    who: ['grantOperate', 'grantForget'],
  },
  { what: 'put anything else in the bucket', action: 's3:PutObject', on: bucket('private/x'), who: [] },
  {
    what: 'list the bucket',
    action: 's3:ListBucket',
    on: (of) => of.arn('AWS::S3::Bucket', 'MailerBucket'),
    who: ['grantReadReports', 'grantOperate'],
  },
  {
    what: 'change the bucket’s policy',
    action: 's3:PutBucketPolicy',
    on: (of) => of.arn('AWS::S3::Bucket', 'MailerBucket'),
    who: [],
  },
  {
    what: 'find the mailer by its stack',
    action: 'cloudformation:DescribeStacks',
    on: () => `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/Mail/one`,
    who: ['grantApprove', 'grantOperate', 'grantHistory', 'grantForget', 'grantDoctor'],
  },
  {
    what: 'see another stack',
    action: 'cloudformation:DescribeStacks',
    on: () => `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/Other/one`,
    who: [],
  },
  {
    what: 'read a campaign’s record',
    action: 'dynamodb:BatchGetItem',
    on: ledger,
    context: of('campaign#may'),
    who: ['grantApprove', 'grantOperate'],
  },
  {
    what: 'change a campaign’s record',
    action: 'dynamodb:UpdateItem',
    on: ledger,
    context: of('campaign#may'),
    who: ['grantOperate', 'grantForget'],
  },
  {
    what: 'approve a run',
    action: 'dynamodb:UpdateItem',
    on: ledger,
    context: of('approval#may'),
    who: ['grantApprove', 'grantForget'],
  },
  {
    what: 'see whether another campaign had the same list',
    action: 'dynamodb:Query',
    on: ledger,
    context: of('list#content'),
    who: ['grantOperate', 'grantHistory', 'grantForget'],
  },
  {
    what: 'read a recipient’s record',
    action: 'dynamodb:BatchGetItem',
    on: ledger,
    context: of('3q2-7wRecipientDigest'),
    who: [],
  },
  {
    what: 'find a recipient’s records',
    action: 'dynamodb:Query',
    on: ledger,
    context: of('3q2-7wRecipientDigest'),
    who: ['grantHistory', 'grantForget'],
  },
  {
    what: 'change a recipient’s record',
    action: 'dynamodb:UpdateItem',
    on: ledger,
    context: of('3q2-7wRecipientDigest'),
    who: ['grantForget'],
  },
  { what: 'scan the ledger', action: 'dynamodb:Scan', on: ledger, who: [] },
  {
    what: 'delete ledger records',
    action: 'dynamodb:DeleteItem',
    on: ledger,
    context: of('campaign#may'),
    who: [],
  },
  { what: 'read what SES allows', action: 'ses:GetAccount', on: () => '*', who: ['grantDoctor'] },
  {
    what: 'see who hears of alerts',
    action: 'sns:ListSubscriptionsByTopic',
    on: (of) => of.arn('AWS::SNS::Topic', 'AlertsTopic'),
    who: ['grantDoctor'],
  },
  {
    what: 'subscribe to alerts',
    action: 'sns:Subscribe',
    on: (of) => of.arn('AWS::SNS::Topic', 'AlertsTopic'),
    who: [],
  },
  { what: 'see the sender', action: 'ses:GetEmailIdentity', on: identity, who: ['grantDoctor'] },
  { what: 'change the sender', action: 'ses:PutEmailIdentityDkimAttributes', on: identity, who: [] },
  { what: 'pause the account', action: 'ses:PutAccountSendingAttributes', on: () => '*', who: [] },
  { what: 'see the rule of uploads', action: 'events:DescribeRule', on: uploads, who: ['grantDoctor'] },
  { what: 'see where uploads go', action: 'events:ListTargetsByRule', on: uploads, who: ['grantDoctor'] },
  { what: 'see the rule of drafts', action: 'events:DescribeRule', on: drafts, who: ['grantDoctor'] },
  { what: 'see where drafts go', action: 'events:ListTargetsByRule', on: drafts, who: ['grantDoctor'] },
  { what: 'see the rule of SES’s events', action: 'events:DescribeRule', on: rule, who: ['grantDoctor'] },
  { what: 'see where SES’s events go', action: 'events:ListTargetsByRule', on: rule, who: ['grantDoctor'] },
  { what: 'disable a rule', action: 'events:DisableRule', on: rule, who: [] },
  { what: 'count dead letters', action: 'sqs:GetQueueAttributes', on: deadLetters, who: ['grantDoctor'] },
  { what: 'read dead letters', action: 'sqs:ReceiveMessage', on: deadLetters, who: [] },
  {
    what: 'see how the ledger is set up',
    action: 'dynamodb:DescribeTable',
    on: ledger,
    who: ['grantOperate', 'grantDoctor'],
  },
  { what: 'start a run', action: 'states:StartExecution', on: machine, who: ['grantOperate'] },
  { what: 'see a run', action: 'states:DescribeExecution', on: execution, who: ['grantOperate'] },
  { what: 'stop an execution', action: 'states:StopExecution', on: execution, who: [] },
  {
    what: 'send mail past the mailer',
    action: 'ses:SendEmail',
    on: identity,
    context: { 'ses:FromAddress': 'news@example.com' },
    who: [],
  },
  {
    what: 'read the secret of the links',
    action: 'secretsmanager:GetSecretValue',
    on: (of) => of.arn('AWS::SecretsManager::Secret', 'LinkSecret'),
    who: [],
  },
  {
    what: 'encrypt under the key what is put',
    action: 'kms:GenerateDataKey',
    on: key,
    key: true,
    who: ['grantUpload', 'grantApprove', 'grantOperate', 'grantHistory', 'grantForget'],
  },
  {
    // S3 reads the parts of an upload to put them together.
    what: 'decrypt under the key',
    action: 'kms:Decrypt',
    on: key,
    key: true,
    who: ['grantUpload', 'grantReadReports', 'grantApprove', 'grantOperate', 'grantHistory', 'grantForget'],
  },
  { what: 'change the key’s policy', action: 'kms:PutKeyPolicy', on: key, key: true, who: [] },
  { what: 'let others at the key', action: 'kms:CreateGrant', on: key, key: true, who: [] },
  { what: 'have the key deleted', action: 'kms:ScheduleKeyDeletion', on: key, key: true, who: [] },
];
