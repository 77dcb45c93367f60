import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, Duration, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as ses from 'aws-cdk-lib/aws-ses';
import { PAGE_TEMPLATE } from '../../../lambda-src/functions/consent/page-template';
import {
  BulkMailer,
  type BulkMailerProps,
  ConsentEndpoint,
  ConsentPage,
  MailTemplate,
  Sender,
  Suppression,
  Topic,
} from '../../../src';

function mailer(props: Partial<BulkMailerProps> | ((stack: Stack) => Partial<BulkMailerProps>) = {}) {
  const stack = new Stack(new App(), 'Stack', { env: { account: '123456789012', region: 'eu-west-1' } });
  const made = new BulkMailer(stack, 'Mailer', {
    sender: Sender.existingDomain('example.com', { fromAddress: 'Example News <news@example.com>' }),
    templates: { welcome: MailTemplate.inline({ subject: 'Welcome', text: 'Hello' }) },
    ...(typeof props === 'function' ? props(stack) : props),
  });
  return { stack, made, template: Template.fromStack(stack) };
}

const zone = (stack: Stack) =>
  route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.com' });

/** What the consent function says and how. */
function pageOf(props: Partial<BulkMailerProps>) {
  const { stack } = mailer(props);
  const { directory: outdir } = (stack.node.root as App).synth();
  const found = fs
    .readdirSync(outdir)
    .map((entry) => path.join(outdir, entry, 'page.json'))
    .filter((file) => fs.existsSync(file));
  expect(found).toHaveLength(1);
  return JSON.parse(fs.readFileSync(found[0], 'utf8'));
}

const environmentOf = (template: Template, description: string) =>
  Object.values(template.findResources('AWS::Lambda::Function', { Properties: { Description: description } })).map(
    ({ Properties }) => Properties.Environment.Variables,
  )[0];
const SENDS = 'Sends the mail of a shard';

test('by default links lead to a function URL that anybody may ask', () => {
  const { template, made } = mailer();
  template.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'NONE' });
  for (const action of ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction']) {
    template.hasResourceProperties('AWS::Lambda::Permission', { Action: action, Principal: '*' });
  }
  expect(environmentOf(template, SENDS)).toMatchObject({
    MAILMATRIX_CONSENT_URL: { 'Fn::GetAtt': [expect.any(String), 'FunctionUrl'] },
    MAILMATRIX_LINK_SECRET: { Ref: expect.any(String) },
  });
  expect(made.consentFunctionUrl).toBeDefined();
});

test('the secret is made by Secrets Manager and stands in no template', () => {
  const { template } = mailer();
  template.hasResource('AWS::SecretsManager::Secret', {
    DeletionPolicy: 'Retain',
    Properties: {
      GenerateSecretString: {
        SecretStringTemplate: '{"v":1,"current":"k1"}',
        GenerateStringKey: 'k1',
        PasswordLength: 64,
      },
      SecretString: Match.absent(),
    },
  });
});

test('who answers links may change the ledger and do nothing else; who registers, settles or reports may not read the secret', () => {
  const { template } = mailer();
  const policies = Object.entries(template.findResources('AWS::IAM::Policy'));
  const actionsOf = (part: string) =>
    policies
      .filter(([id]) => id.includes(part))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .flatMap(({ Action }) => Action);
  expect(actionsOf('ConsentFunctionRole').sort()).toEqual([
    'dynamodb:BatchGetItem',
    'dynamodb:UpdateItem',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'secretsmanager:DescribeSecret',
    'secretsmanager:GetSecretValue',
  ]);
  for (const room of ['Plan', 'Send']) {
    expect(actionsOf(`Pipeline${room}Role`)).toContain('secretsmanager:GetSecretValue');
  }
  for (const room of ['Register', 'Settle', 'Report']) {
    expect(actionsOf(`Pipeline${room}Role`).filter((action) => action.startsWith('secretsmanager'))).toEqual([]);
  }
});

test('no concurrency of the account is reserved, unless asked for', () => {
  const reserved = (consent: BulkMailerProps['consent']) =>
    Object.values(mailer({ consent }).template.findResources('AWS::Lambda::Function'))
      .map(({ Properties }) => Properties.ReservedConcurrentExecutions)
      .filter((value) => value !== undefined);
  expect(reserved(undefined)).toEqual([]);
  expect(reserved({ reservedConcurrentExecutions: 5 })).toEqual([5]);
  expect(() => mailer({ consent: { reservedConcurrentExecutions: 0 } })).toThrow('MM104');
});

test('an own domain answers at an HTTP API with a limit, and there is no function URL', () => {
  const { template, made } = mailer((stack) => ({
    consent: {
      endpoint: ConsentEndpoint.customDomain('mail.example.com', {
        hostedZone: route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
          hostedZoneId: 'Z1',
          zoneName: 'example.com',
        }),
        maxPerSecond: 20,
      }),
    },
  }));
  template.resourceCountIs('AWS::Lambda::Url', 0);
  template.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true });
  template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
    DefaultRouteSettings: { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
  });
  template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', { DomainName: 'mail.example.com' });
  template.hasResourceProperties('AWS::CertificateManager::Certificate', { DomainName: 'mail.example.com' });
  template.hasResourceProperties('AWS::Route53::RecordSet', { Name: 'mail.example.com.', Type: 'A' });
  expect(environmentOf(template, SENDS).MAILMATRIX_CONSENT_URL).toBe('https://mail.example.com/');
  expect(made.consentFunctionUrl).toBeUndefined();
});

test('an own domain takes a certificate of the owner’s, and says what to point it at', () => {
  const { template, made } = mailer((stack) => ({
    consent: {
      endpoint: ConsentEndpoint.customDomain('mail.example.com', {
        certificate: acm.Certificate.fromCertificateArn(stack, 'C', 'arn:aws:acm:eu-west-1:123456789012:certificate/c'),
      }),
    },
  }));
  template.resourceCountIs('AWS::CertificateManager::Certificate', 0);
  template.resourceCountIs('AWS::Route53::RecordSet', 0);
  expect(made.consentDomainTarget).toBeDefined();
});

test('an endpoint of the owner’s has no public way to the function but theirs', () => {
  const { template, made } = mailer({
    consent: { endpoint: ConsentEndpoint.existing('https://www.example.com/mail') },
  });
  template.resourceCountIs('AWS::Lambda::Url', 0);
  expect(Object.values(template.findResources('AWS::Lambda::Permission', { Properties: { Principal: '*' } }))).toEqual(
    [],
  );
  expect(environmentOf(template, SENDS).MAILMATRIX_CONSENT_URL).toBe('https://www.example.com/mail');
  expect(made.consentUrl).toBe('https://www.example.com/mail');
  expect(made.consentFunction).toBeDefined();
});

test.each([
  'http://example.com',
  'https://example.com?a=b',
  'https://example.com/#x',
  'example.com',
  `https://${'x'.repeat(300)}`,
  'https://a b',
])('no endpoint is at %s', (url) => expect(() => ConsentEndpoint.existing(url)).toThrow('MM130'));

test('a domain needs a zone or a certificate', () => {
  expect(() => ConsentEndpoint.customDomain('mail.example.com')).toThrow('MM130');
});

test.each([
  ['https://mail.example.com', 'MM130'],
  ['mail.example.com/leave', 'MM130'],
  ['mail.example.com.', 'MM130'],
  ['mail', 'MM130'],
  ['mail.example.org', 'MM130'],
  ['mail.notexample.com', 'MM130'],
])('no mail of a zone example.com leads to %s', (domain, code) => {
  const hostedZone = zone(new Stack());
  expect(() => ConsentEndpoint.customDomain(domain, { hostedZone })).toThrow(code);
});

test('a domain may be its zone’s own', () => {
  expect(() => ConsentEndpoint.customDomain('example.com', { hostedZone: zone(new Stack()) })).not.toThrow();
});

test.each([0, -1, 0.3, Token.asNumber({ Ref: 'Rate' })])(
  'a domain that takes %s requests a second is refused',
  (max) => {
    const options = { hostedZone: zone(new Stack()), maxPerSecond: max };
    expect(() => ConsentEndpoint.customDomain('mail.example.com', options)).toThrow(
      /^MM104: ConsentEndpoint.customDomain maxPerSecond: got /,
    );
  },
);

test('keys are rotated when asked for, by a function with rights on the secret alone', () => {
  const { template } = mailer({ consent: { rotateKeysEvery: Duration.days(90) } });
  template.hasResourceProperties('AWS::SecretsManager::RotationSchedule', {
    RotationRules: { ScheduleExpression: 'rate(90 days)' },
    RotateImmediatelyOnUpdate: false,
  });
  expect(Object.keys(mailer().template.findResources('AWS::SecretsManager::RotationSchedule'))).toEqual([]);
  expect(() => mailer({ consent: { rotateKeysEvery: Duration.days(1001) } })).toThrow('MM104');
});

test('opt-outs are told on the owner’s bus', () => {
  const { template } = mailer((stack) => ({ tracking: { eventBus: new events.EventBus(stack, 'Bus') } }));
  expect(
    environmentOf(template, 'Answers the links in mail: who leaves, and what of').MAILMATRIX_EVENT_BUS,
  ).toBeDefined();
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyName: Match.stringLikeRegexp('ConsentFunctionRole'),
    PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: 'events:PutEvents' })]) },
  });
});

test('the owner’s key encrypts the secret', () => {
  const { template } = mailer((stack) => ({ encryptionKey: new kms.Key(stack, 'Key') }));
  template.hasResourceProperties('AWS::SecretsManager::Secret', { KmsKeyId: Match.anyValue() });
});

test.each([
  [undefined, { SuppressedReasons: ['COMPLAINT'] }, 'configuration_set'],
  [Suppression.account(), Match.absent(), 'account'],
  [Suppression.configurationSet(), { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] }, 'configuration_set'],
  [
    Suppression.configurationSet(ses.SuppressionReasons.BOUNCES_ONLY),
    { SuppressedReasons: ['BOUNCE'] },
    'configuration_set',
  ],
  [Suppression.off(), { SuppressedReasons: [] }, 'nobody'],
])('suppression by SES is what the owner says, and the settings know it', (suppression, options, by) => {
  const { template } = mailer({ consent: { suppression } });
  template.hasResourceProperties('AWS::SES::ConfigurationSet', { SuppressionOptions: options });
  const settings = environmentOf(template, SENDS).MAILMATRIX_SETTINGS;
  expect(JSON.parse(settings).consent.suppression.by).toBe(by);
});

test('the mailbox stands in the settings; one that a header does not take is refused', () => {
  const { template } = mailer({ consent: { mailto: 'leave@example.com' } });
  expect(JSON.parse(environmentOf(template, SENDS).MAILMATRIX_SETTINGS).consent.mailto).toBe('leave@example.com');
  for (const mailto of ['leave', 'a b@example.com', 'a@b.c?x=y', 'ü@example.com', 'a@b.c,d@e.f']) {
    expect(() => mailer({ consent: { mailto } })).toThrow('MM132');
  }
});

describe('the pages', () => {
  test('know the topics of all templates once, with their titles, and who the mail is from', () => {
    const news = Topic.named('news', { title: 'News', description: 'Once a month' });
    const templates = {
      a: MailTemplate.inline({ subject: 's', text: 't', topic: news }),
      b: MailTemplate.inline({ subject: 's', text: 't', topic: Topic.named('news') }),
      c: MailTemplate.inline({ subject: 's', text: 't' }),
      d: MailTemplate.inline({ subject: 's', text: 't', topic: Topic.transactional() }),
    };
    expect(pageOf({ templates })).toEqual({
      v: 1,
      sender: 'Example News',
      language: 'en',
      topics: [{ name: 'news', title: 'News', description: 'Once a month' }, { name: 'general' }],
    });
  });

  test('a topic has one title', () => {
    const of = (title: string) =>
      MailTemplate.inline({ subject: 's', text: 't', topic: Topic.named('news', { title }) });
    expect(() => mailer({ templates: { a: of('News'), b: of('Old') } })).toThrow('MM133');
  });

  const file = (source: string) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'page-'));
    fs.writeFileSync(path.join(folder, 'page.html'), source);
    return path.join(folder, 'page.html');
  };

  test('may be the owner’s, in their words', () => {
    const source = PAGE_TEMPLATE.replace('<main>', '<main class="ours">');
    const texts = { de: { leaveButton: 'Austragen', 'topic.general.title': 'Neuigkeiten' } };
    const page = ConsentPage.fromFile(file(source), { language: 'de', texts, senderName: 'Wir' });
    expect(pageOf({ consent: { page } })).toMatchObject({ template: source, language: 'de', texts, sender: 'Wir' });
    const { template } = mailer({ consent: { page } });
    expect(JSON.parse(environmentOf(template, SENDS).MAILMATRIX_SETTINGS).consent.footer).toEqual({ '': 'Abmelden' });
  });

  test('whose mistakes fail synth', () => {
    expect(() => ConsentPage.fromFile('no/such.html')).toThrow('MM131');
    expect(() => ConsentPage.fromFile(file('x'.repeat(300_000)))).toThrow('MM131');
    expect(() => ConsentPage.fromFile(file(PAGE_TEMPLATE.replace('{{title}}', '{{titel}}')))).toThrow(/MM220: .*titel/);
    expect(() => ConsentPage.builtIn({ texts: { de: { titel: 'x' } } })).toThrow('MM223');
    expect(() => ConsentPage.builtIn({ language: 'German' })).toThrow('MM223');
  });
});

test('the line at the end of a mail is in the language of its template', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'template-'));
  for (const locale of ['', 'de-CH', 'ja']) {
    fs.mkdirSync(path.join(folder, locale), { recursive: true });
    fs.writeFileSync(path.join(folder, locale, 'subject.txt'), 's');
    fs.writeFileSync(path.join(folder, locale, 'body.txt'), 't');
  }
  const { template } = mailer({ templates: { a: MailTemplate.fromDirectory(folder) } });
  expect(JSON.parse(environmentOf(template, SENDS).MAILMATRIX_SETTINGS).consent.footer).toEqual({
    '': 'Unsubscribe',
    'de-CH': 'Abmelden',
  });
});

test('the line at the end of a mail can be left out', () => {
  const { template } = mailer({ consent: { footer: false } });
  expect(JSON.parse(environmentOf(template, SENDS).MAILMATRIX_SETTINGS).consent.footer).toBeUndefined();
});

test('a transactional template names no link by which nobody can leave', () => {
  const of = (text: string) => MailTemplate.inline({ subject: 's', text, topic: Topic.transactional() });
  expect(() => of('{{ mail.unsubscribeURL }}')).toThrow('MM134');
  expect(() => of('{{#mail.preferencesUrl}}x{{/mail.preferencesUrl}}')).toThrow('MM134');
  expect(MailTemplate.inline({ subject: 's', text: '{{mail.unsubscribeUrl}}' })).toBeDefined();
});
