import { digest } from '../../../lambda-src/domain/ledger/keys';
import { ACCOUNT, REGION } from '../mailers';
import type { Resolved } from '../resolved';
import { REVIEW, type Right, type Who } from './right';
import { SES_RIGHTS } from './ses-rights';

const bucket = (key: string) => (of: Resolved) => `${of.arn('AWS::S3::Bucket')}/${key}`;
const ledger = (of: Resolved) => of.arn('AWS::DynamoDB::GlobalTable');
const fn = (name: string) => (of: Resolved) => of.arn('AWS::Lambda::Function', name);

const READERS: Who[] = ['register function', 'plan function'];
const RUNS: Who[] = ['plan function', 'send worker', 'settle function', 'report function'];
/** They may write to the whole ledger. */
const SENDING: Who[] = ['register function', 'send worker', 'settle function', 'track function', 'consent function'];

const of = (partition: string) => ({ 'dynamodb:LeadingKeys': [partition] });
const RECIPIENT = digest('ann@example.org');

/** What each may do, and what nobody may; of the mailer with its defaults. */
export const RIGHTS: readonly Right[] = [
  { what: 'read a recipient list', action: 's3:GetObject', on: bucket('campaigns/may.csv'), who: READERS },
  { what: 'read a draft', action: 's3:GetObject', on: bucket('drafts/may.csv'), who: READERS },
  {
    what: 'read a part of a list',
    action: 's3:GetObject',
    on: bucket('parts/campaigns/may/1.csv'),
    who: READERS,
  },
  {
    what: 'read a part of another mailer’s list',
    action: 's3:GetObject',
    on: bucket('parts/other/may/1.csv'),
    who: [],
  },
  { what: 'put a recipient list', action: 's3:PutObject', on: bucket('campaigns/may.csv'), who: [] },
  { what: 'delete a recipient list', action: 's3:DeleteObject', on: bucket('campaigns/may.csv'), who: [] },
  {
    what: 'read a run’s files',
    action: 's3:GetObject',
    on: bucket('reports/mailer/may/0001/plan.json'),
    who: [REVIEW, ...RUNS, 'state machine'],
  },
  {
    what: 'write a run’s files',
    action: 's3:PutObject',
    on: bucket('reports/mailer/may/0001/plan.json'),
    who: [REVIEW, 'plan function', 'settle function', 'report function'],
  },
  { what: 'delete a run’s files', action: 's3:DeleteObject', on: bucket('reports/mailer/may/0001/plan.json'), who: [] },
  { what: 'write a map’s results', action: 's3:PutObject', on: bucket('maps/mailer/one'), who: ['state machine'] },
  {
    what: 'read another mailer’s reports',
    action: 's3:GetObject',
    on: bucket('reports/another/may/0001/results.csv'),
    who: [],
  },
  {
    what: 'write another mailer’s reports',
    action: 's3:PutObject',
    on: bucket('reports/another/may/0001/plan.json'),
    who: [],
  },
  {
    what: 'see whose a prefix is',
    action: 's3:GetObject',
    on: bucket('mailers/other/marker.json'),
    who: ['register function'],
  },
  {
    what: 'say whose the mailer’s prefix is',
    action: 's3:PutObject',
    on: bucket('mailers/campaigns/marker.json'),
    who: ['register function'],
  },
  {
    what: 'say whose another prefix is',
    action: 's3:PutObject',
    on: bucket('mailers/other/marker.json'),
    who: [],
  },
  {
    what: 'see which table the ledger is',
    action: 'dynamodb:DescribeTable',
    on: ledger,
    who: ['register function'],
  },
  { what: 'read anything else in the bucket', action: 's3:GetObject', on: bucket('private/x'), who: [] },
  {
    // Without it S3 does not tell an object that is not there from one that is denied.
    what: 'list the bucket',
    action: 's3:ListBucket',
    on: (of) => of.arn('AWS::S3::Bucket'),
    who: ['register function', ...RUNS],
  },
  { what: 'change the bucket’s policy', action: 's3:PutBucketPolicy', on: (of) => of.arn('AWS::S3::Bucket'), who: [] },
  { what: 'read another bucket', action: 's3:GetObject', on: () => 'arn:aws:s3:::other/campaigns/may.csv', who: [] },
  {
    what: 'read a recipient’s records',
    action: 'dynamodb:BatchGetItem',
    on: ledger,
    context: of(RECIPIENT),
    who: [...SENDING, 'report function'],
  },
  {
    what: 'write a recipient’s records',
    action: 'dynamodb:UpdateItem',
    on: ledger,
    context: of(RECIPIENT),
    who: [...SENDING, 'report function'],
  },
  {
    what: 'write a campaign’s record',
    action: 'dynamodb:UpdateItem',
    on: ledger,
    context: of('campaign#may'),
    who: [REVIEW, ...SENDING],
  },
  {
    what: 'write a draft’s record',
    action: 'dynamodb:UpdateItem',
    on: ledger,
    context: of('draft#may'),
    who: [...SENDING, 'report function'],
  },
  {
    what: 'write a campaign’s counts',
    action: 'dynamodb:UpdateItem',
    on: ledger,
    context: of('counts#may'),
    who: [...SENDING, 'report function'],
  },
  {
    what: 'remember the content of a list',
    action: 'dynamodb:UpdateItem',
    on: ledger,
    context: of('list#content'),
    who: ['plan function', ...SENDING],
  },
  { what: 'delete ledger records', action: 'dynamodb:DeleteItem', on: ledger, who: [] },
  { what: 'overwrite ledger records', action: 'dynamodb:PutItem', on: ledger, who: [] },
  { what: 'scan the ledger', action: 'dynamodb:Scan', on: ledger, who: [] },
  {
    what: 'read another table',
    action: 'dynamodb:GetItem',
    on: () => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/other`,
    who: [],
  },
  ...SES_RIGHTS,
  {
    what: 'publish to the alert topic',
    action: 'sns:Publish',
    on: (of) => of.arn('AWS::SNS::Topic'),
    who: ['register function', 'send worker', REVIEW, 'report function', 'track function'],
  },
  {
    what: 'see how many subscribe to the alert topic',
    action: 'sns:GetTopicAttributes',
    on: (of) => of.arn('AWS::SNS::Topic'),
    who: ['report function'],
  },
  {
    what: 'see who subscribes to the alert topic',
    action: 'sns:ListSubscriptionsByTopic',
    on: (of) => of.arn('AWS::SNS::Topic'),
    who: [],
  },
  {
    what: 'publish to another topic',
    action: 'sns:Publish',
    on: () => `arn:aws:sns:${REGION}:${ACCOUNT}:other`,
    who: [],
  },
  { what: 'call the send worker', action: 'lambda:InvokeFunction', on: fn('PipelineSend'), who: ['state machine'] },
  {
    what: 'call the report function',
    action: 'lambda:InvokeFunction',
    on: fn('PipelineReport'),
    who: ['state machine', 'follow-up state machine'],
  },
  {
    what: 'start a run',
    action: 'states:StartExecution',
    on: (of) => of.arn('AWS::StepFunctions::StateMachine', 'StateMachine'),
    who: ['state machine', 'EventBridge for uploads'],
  },
  {
    what: 'read SES’s events',
    action: 'sqs:ReceiveMessage',
    on: (of) => of.arn('AWS::SQS::Queue', 'TrackingQueue'),
    who: ['track function'],
  },
  {
    what: 'read the secret of the links',
    action: 'secretsmanager:GetSecretValue',
    on: (of) => of.arn('AWS::SecretsManager::Secret'),
    who: ['plan function', 'send worker', 'consent function'],
  },
  {
    what: 'change the secret of the links',
    action: 'secretsmanager:PutSecretValue',
    on: (of) => of.arn('AWS::SecretsManager::Secret'),
    who: [],
  },
  {
    what: 'read the mailer’s templates',
    action: 's3:GetObject',
    on: (of) => {
      const { MAILMATRIX_TEMPLATES_BUCKET, MAILMATRIX_TEMPLATES_KEY } = of.environment('PipelinePlan');
      return `arn:aws:s3:::${MAILMATRIX_TEMPLATES_BUCKET}/${MAILMATRIX_TEMPLATES_KEY}`;
    },
    who: ['plan function'],
  },
  {
    what: 'read another asset of the account',
    action: 's3:GetObject',
    on: () => `arn:aws:s3:::cdk-hnb659fds-assets-${ACCOUNT}-${REGION}/other.zip`,
    who: [],
  },
];
