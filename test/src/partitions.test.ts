import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AlertRoute, Approval, BulkMailer, MailTemplate, Sender } from '../../src';

/** Everything of which an ARN or an endpoint is made. */
function template(region?: string): string {
  const stack = new Stack(new App(), 'Stack', { env: region ? { account: '111122223333', region } : undefined });
  const mailer = new BulkMailer(stack, 'Mailer', {
    sender: Sender.existingDomain('example.com', { fromAddress: 'Example News <news@example.com>' }),
    templates: {
      welcome: MailTemplate.inline({ subject: 'Welcome', text: 'Hello' }),
      live: MailTemplate.fromBucket(new s3.Bucket(stack, 'Texts'), 'texts/live/'),
    },
    defaultTemplate: 'welcome',
    alerts: [AlertRoute.email('ops@example.com')],
    encryptionKey: new kms.Key(stack, 'Key'),
    approval: Approval.required({ approvers: ['ann@example.com'] }),
    intake: { restrictUploads: true },
    tracking: { eventBus: new events.EventBus(stack, 'Bus') },
    monitoring: { accessLogsBucket: new s3.Bucket(stack, 'AccessLogs') },
    runtime: { rolePath: '/mail/' },
  });
  const role = new iam.Role(stack, 'Person', { assumedBy: new iam.AccountRootPrincipal() });
  mailer.grantUpload(role);
  mailer.grantOperate(role);
  mailer.grantApprove(role);
  mailer.grantReadReports(role);
  return JSON.stringify(Template.fromStack(stack).toJSON());
}

/** Names of services, which are the same in every partition, and no endpoints. */
const PRINCIPAL = /"Service":(\[[^\]]*\]|"[^"]*")/g;

test.each([
  ['cn-north-1', 'amazonaws.com.cn'],
  ['us-gov-west-1', 'amazonaws.com'],
  ['eu-west-1', 'amazonaws.com'],
  [undefined, undefined],
])('a stack in %s names no partition that is not its own', (region, suffix) => {
  const text = template(region);
  expect(text).not.toMatch(/arn:aws[:-]/);
  const endpoints = (text.replace(PRINCIPAL, '').match(/[\w.-]*\.amazonaws\.com[\w.]*/g) ?? []).filter(
    (endpoint) => !endpoint.endsWith(`.${region}.${suffix}`),
  );
  // kms:ViaService, as CDK's secrets write it; where the Region is not known, its name is a part of its own.
  const viaService = region === undefined ? '.amazonaws.com' : `secretsmanager.${region}.amazonaws.com`;
  expect(endpoints.filter((endpoint) => endpoint !== viaService)).toEqual([]);
  expect(text).not.toMatch(/console\.aws/);
  // Under the key, wherever it is.
  expect(text).toMatch(/"Replicas":\[\{[^\]]*"SSESpecification":\{"KMSMasterKeyId":\{"Fn::GetAtt":\["Key/);
});

test('CloudWatch Logs is known by the Region, and by the partition’s suffix', () => {
  expect(template('cn-north-1')).toContain('logs.cn-north-1.');
  expect(template('us-gov-west-1')).toContain('logs.us-gov-west-1.');
});
