import * as iam from 'aws-cdk-lib/aws-iam';
import { GRANTS } from './grants';
import { ACCOUNT, make } from './mailers';
import { Resolved } from './resolved';
import { allowed, allowedToAdmin, type Request } from './simulate';

const OTHER_ACCOUNT = '444455556666';
const resolved = new Resolved(
  make('everything on', ({ stack, mailer }) => {
    for (const grant of ['grantUpload', 'grantOperate', 'grantReadReports'] as const) {
      const role = new iam.Role(stack, grant, { path: '/people/', assumedBy: new iam.AccountRootPrincipal() });
      GRANTS[grant](mailer, role);
    }
    mailer.grantUpload(new iam.User(stack, 'User'));
    mailer.grantUpload(iam.Role.fromRoleArn(stack, 'Imported', `arn:aws:iam::${ACCOUNT}:role/sso/imported`));
    mailer.grantUpload(iam.Role.fromRoleName(stack, 'ByName', 'by-name'));
    mailer.grantUpload(new iam.AccountPrincipal(OTHER_ACCOUNT));
    mailer.grantUpload(new iam.ServicePrincipal('transfer.amazonaws.com'));
  }).template,
);
const at = (key: string) => (of: Resolved) => `${of.arn('AWS::S3::Bucket', 'MailerBucket')}/${key}`;
const put = (key: string): Request => ({ action: 's3:PutObject', on: at(key) });
const role = (id: string) => resolved.roles.find((one) => one.startsWith(id))!;
const admin = (name: string, request: Request) => allowedToAdmin(resolved, name, request);
const ARN = `arn:aws:iam::${ACCOUNT}`;
const MARKER = 'mailers/campaigns/marker.json';
const [LIST, PART, DRAFT, SHARD, RESULT] = [
  'campaigns/a.csv',
  'parts/campaigns/a/1.csv',
  'drafts/a.csv',
  'reports/mailer/a/1/shards/0.jsonl',
  'maps/mailer/x',
];

test.each(['grantUpload', 'grantOperate'])('whoever got %s puts lists and drafts', async (id) => {
  for (const key of [LIST, PART, DRAFT])
    expect([key, await allowed(resolved, role(id), put(key))]).toEqual([key, true]);
});

test.each([
  ['an imported role with a path', `${ARN}:role/sso/imported`],
  ['a role imported by its name', `${ARN}:role/by-name`],
  ['a user', `${ARN}:user/User00B015A1`],
  ['anybody of an account that was granted', `arn:aws:iam::${OTHER_ACCOUNT}:role/theirs`],
])('%s puts lists', async (_, arn) => {
  expect(await admin(arn, put(LIST))).toBe(true);
});

test.each([
  ['an administrator', `${ARN}:role/admin`],
  ['the root of the account', `${ARN}:root`],
  ['whoever deploys', `${ARN}:role/cdk-hnb659fds-cfn-exec-role-${ACCOUNT}-eu-west-1`],
  ['a role whose name begins as one that may', `${ARN}:role/by-name-too`],
  ['whoever may read reports', ''],
])('%s puts no list, draft or file of a run', async (_, arn) => {
  const may = (key: string) => admin(arn || `${ARN}:role/people/${role('grantReadReports')}`, put(key));
  for (const key of [LIST, PART, DRAFT, SHARD, RESULT, MARKER]) expect([key, await may(key)]).toEqual([key, false]);
});

test('whose a prefix is say the register function and operators, and nobody who may but put lists', async () => {
  expect(await allowed(resolved, role('MailerPipelineRegisterRole'), put(MARKER))).toBe(true);
  expect(await allowed(resolved, role('grantOperate'), put(MARKER))).toBe(true);
  expect(await allowed(resolved, role('grantUpload'), put(MARKER))).toBe(false);
});

test.each(['s3:PutBucketPolicy', 's3:DeleteBucketPolicy', 's3:GetBucketPolicy', 's3:PutBucketVersioning'])(
  'whoever deploys is not locked out: %s',
  async (action) => {
    const on = (of: Resolved) => of.arn('AWS::S3::Bucket', 'MailerBucket');
    expect(await admin(`${ARN}:role/cfn-exec`, { action, on })).toBe(true);
  },
);

test.each(['s3:GetObject', 's3:DeleteObject'])('an administrator may still %s a list', async (action) => {
  expect(await admin(`${ARN}:role/admin`, { action, on: at(LIST) })).toBe(true);
});

test('whoever of the mailer may write a run’s files by its role is let by the bucket', async () => {
  const writers: string[] = [];
  for (const id of resolved.roles) {
    const statements = resolved.policiesOf(id).flatMap(({ policy }) => policy.Statement as { Action: unknown }[]);
    const puts = statements
      .filter(({ Action }) => [Action].flat().includes('s3:PutObject'))
      .map((statement) => JSON.stringify(statement));
    for (const [folder, key] of [
      ['reports', SHARD],
      ['maps', RESULT],
    ]) {
      if (!puts.some((text) => text.includes(`/${folder}/mailer/*`))) continue;
      writers.push(id);
      expect([id, key, await allowed(resolved, id, put(key))]).toEqual([id, key, true]);
    }
  }
  expect(writers.length).toBeGreaterThan(4);
});

test('no role of the mailer puts a list', async () => {
  for (const id of resolved.roles.filter((one) => one.startsWith('Mailer'))) {
    expect([id, await allowed(resolved, id, put(LIST))]).toEqual([id, false]);
  }
});
