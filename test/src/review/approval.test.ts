import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Approval, BulkMailer, MailTemplate, Sender } from '../../../src';

const CHIEF = 'Chief@Example.net';

function mailer(approval?: Approval, sender?: Sender) {
  const stack = new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
  const made = new BulkMailer(stack, 'Mailer', {
    sender: sender ?? Sender.existingDomain('Example.com', { fromAddress: 'News <news@example.com>' }),
    templates: { welcome: MailTemplate.inline({ subject: 'Hello', text: 'Hello {{name}}' }) },
    approval,
  });
  const statements = (role: string) => {
    const policies = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    return policies
      .filter(([id]) => id.startsWith(role))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
  };
  const recipients = () =>
    statements('MailerApprovalReview').find(({ Action }) => Action.includes('ses:SendEmail'))?.Condition[
      'ForAllValues:StringLike'
    ]['ses:Recipients'];
  return { stack, made, statements, recipients, template: () => Template.fromStack(stack) };
}

const required = () => Approval.required({ approvers: [CHIEF] });

test('mails to reviewers may go to the sender’s domain alone, unless others are named', () => {
  expect(mailer().recipients()).toEqual(['*@example.com']);
  expect(mailer(required()).recipients()).toEqual(['chief@example.net', '*@example.com']);
  const named = Approval.none({ reviewers: ['ann@example.org', '@agency.example'] });
  expect(mailer(named).recipients()).toEqual(['ann@example.org', '*@agency.example']);
  expect(mailer(Approval.none({ reviewers: [] })).recipients()).toBeUndefined();
  expect(mailer(undefined, Sender.existingAddress('Me@example.com')).recipients()).toEqual(['me@example.com']);
});

test('a public function and a secret there are only where somebody approves', () => {
  const without = mailer();
  expect(without.made.approvalFunction).toBeUndefined();
  const ours = (ids: object) => Object.keys(ids).filter((id) => id.startsWith('MailerApproval'));
  expect(ours(without.template().findResources('AWS::Lambda::Url'))).toEqual([]);
  expect(ours(without.template().findResources('AWS::SecretsManager::Secret'))).toEqual([]);
  const approved = mailer(required());
  expect(ours(approved.template().findResources('AWS::Lambda::Url'))).toHaveLength(1);
  expect(ours(approved.template().findResources('AWS::SecretsManager::Secret'))).toHaveLength(1);
});

test('the public function sends nothing, reads no recipient and writes approvals alone', () => {
  const statements = mailer(required()).statements('MailerApprovalApproval');
  const actions = statements.flatMap(({ Action }: { Action: string | string[] }) => Action);
  expect(actions.filter((action: string) => /^(ses|s3|sns|states):/.test(action))).toEqual([]);
  const writes = statements.filter(({ Action }: { Action: string[] }) => Action.includes('dynamodb:UpdateItem'));
  expect(writes.map(({ Condition }: { Condition: unknown }) => Condition)).toEqual([
    { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['approval#*'] } },
  ]);
  const reads = statements.filter(({ Action }: { Action: string[] }) =>
    JSON.stringify(Action).includes('BatchGetItem'),
  );
  for (const { Condition } of reads)
    expect(Condition['ForAllValues:StringLike']['dynamodb:LeadingKeys']).not.toContain('*');
});

test('whoever may approve by the command writes approvals and nothing else', () => {
  const { stack, made, statements } = mailer(required());
  made.grantApprove(new iam.Role(stack, 'Boss', { assumedBy: new iam.AccountRootPrincipal() }));
  const actions = statements('Boss').flatMap(({ Action }) => Action);
  const ledger = ['dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'];
  expect(actions).toEqual(['cloudformation:DescribeStacks', ...ledger]);
  expect(statements('Boss')[0]).toMatchObject({ Resource: { Ref: 'AWS::StackId' } });
  const writes = statements('Boss').filter(({ Action }) => JSON.stringify(Action).includes('Update'));
  expect(writes).toEqual([
    expect.objectContaining({
      Action: 'dynamodb:UpdateItem',
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['approval#*'] } },
    }),
  ]);
});

test.each([
  ['no approver', { approvers: [] }, /^MM140: approval\.approvers: got 0/],
  ['too many', { approvers: Array.from({ length: 11 }, (_, n) => `a${n}@example.com`) }, /^MM140.*got 11/],
  ['no address', { approvers: ['chief'] }, /^MM140: approval\.approvers: got "chief"/],
  ['a name beside it', { approvers: ['Chief <chief@example.com>'] }, /^MM140/],
  ['a domain for an approver', { approvers: ['@example.com'] }, /^MM140/],
  ['no address to test', { approvers: [CHIEF], reviewers: ['*'] }, /^MM140: approval\.reviewers: got "\*"/],
  ['everybody to test', { approvers: [CHIEF], reviewers: ['@'] }, /^MM140/],
  ['too short a time', { approvers: [CHIEF], timeout: Duration.seconds(30) }, /^MM104: approval\.timeout/],
  ['too long a time', { approvers: [CHIEF], timeout: Duration.days(15) }, /^MM104: approval\.timeout/],
])('%s fails synth', (_, options, message) => {
  expect(() => Approval.required(options)).toThrow(message);
});
