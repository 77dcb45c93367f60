import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ses from 'aws-cdk-lib/aws-ses';
import {
  BulkMailer,
  type BulkMailerProps,
  MailTemplate,
  Sender,
  Suppression,
  Tenant,
  TenantReputationPolicy,
} from '../../src';

function mailer(props: Partial<BulkMailerProps>): Template {
  const stack = new Stack(new App(), 'Mail');
  new BulkMailer(stack, 'Mailer', {
    sender: Sender.existingDomain('example.com', { fromAddress: 'news@example.com' }),
    templates: { welcome: MailTemplate.inline({ subject: 'Hello', html: '<p>Hello</p>', text: 'Hello' }) },
    ...props,
  });
  return Template.fromStack(stack);
}

const settingsOf = (template: Template) => {
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  const send = functions.find(({ Properties }) => Properties.Description === 'Sends the mail of a shard')!;
  const settings = send.Properties.Environment.Variables.MAILMATRIX_SETTINGS;
  return JSON.parse(typeof settings === 'string' ? settings : settings['Fn::Join'][1].join(''));
};

/** The conditions on the tenant in statements that allow sending. */
const conditionsOf = (template: Template): object[] =>
  Object.values(template.findResources('AWS::IAM::Policy'))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .filter(({ Action }) => [Action].flat().includes('ses:SendEmail'))
    .map(({ Condition }) => Condition);

test('a named tenant is created and associated, and email is sent as it alone', () => {
  const template = mailer({ tenant: Tenant.named('acme') });
  template.hasResourceProperties('AWS::SES::Tenant', {
    TenantName: 'acme',
    ResourceAssociations: [
      { ResourceArn: { 'Fn::Join': ['', Match.arrayWith([':identity/example.com'])] } },
      { ResourceArn: { 'Fn::Join': ['', Match.arrayWith([':configuration-set/', { Ref: Match.anyValue() }])] } },
    ],
    ReputationEntity: Match.absent(),
    SuppressionAttributes: Match.absent(),
  });
  expect(settingsOf(template).tenant).toBe('acme');
  const conditions = conditionsOf(template);
  expect(conditions.length).toBeGreaterThan(0);
  for (const condition of conditions) expect(condition).toMatchObject({ StringEquals: { 'ses:TenantName': 'acme' } });
});

test('a tenant may have a policy and a suppression list of its own', () => {
  const template = mailer({
    tenant: Tenant.named('acme', { reputationPolicy: TenantReputationPolicy.STRICT, ownSuppressionList: true }),
    consent: { suppression: Suppression.configurationSet(ses.SuppressionReasons.BOUNCES_AND_COMPLAINTS) },
  });
  template.hasResourceProperties('AWS::SES::Tenant', {
    ReputationEntity: {
      Policy: { ReputationEntityPolicy: { 'Fn::Join': ['', Match.arrayWith([':aws:reputation-policy/strict'])] } },
    },
    SuppressionAttributes: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'], SuppressionScope: 'TENANT' },
  });
  template.hasResourceProperties('AWS::SES::ConfigurationSet', {
    SuppressionOptions: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'], SuppressionScope: 'TENANT' },
  });
});

test('an existing tenant is not created, and without one nothing changes', () => {
  const existing = mailer({ tenant: Tenant.existing('acme') });
  existing.resourceCountIs('AWS::SES::Tenant', 0);
  expect(settingsOf(existing).tenant).toBe('acme');
  const none = mailer({});
  none.resourceCountIs('AWS::SES::Tenant', 0);
  expect(settingsOf(none).tenant).toBeUndefined();
  expect(JSON.stringify(conditionsOf(none))).not.toContain('TenantName');
});

test('with a column of tenants, each email must name some tenant', () => {
  const template = mailer({ intake: { tenantColumn: 'customer' } });
  expect(settingsOf(template).intake.tenantColumn).toBe('customer');
  expect(conditionsOf(template)).toContainEqual(expect.objectContaining({ Null: { 'ses:TenantName': 'false' } }));
});

test.each(['', 'a b', 'ä', 'x'.repeat(65)])('the name %j is rejected', (name) => {
  expect(() => Tenant.named(name)).toThrow(/^MM125: .* got /);
});
