import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { AlertRoute, BulkMailer, InDoubtPolicy, Sender } from '../../../src';
import { mailer, sender, welcome } from './mailer';

test('a bucket upload under the prefix starts the state machine, with dead letters', () => {
  const { template } = mailer();
  template().hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: {
        bucket: { name: [{ Ref: Match.stringLikeRegexp('MailerBucket') }] },
        object: { key: [{ prefix: 'campaigns/' }] },
      },
    },
    Targets: [
      Match.objectLike({
        Arn: { Ref: Match.stringLikeRegexp('MailerPipelineStateMachine') },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('MailerIntakeDeadLetters'), 'Arn'] } },
      }),
    ],
  });
});

test('stateful resources are kept, encrypted and private by default', () => {
  const { template } = mailer();
  template().hasResource('AWS::S3::Bucket', {
    DeletionPolicy: 'Retain',
    Properties: {
      VersioningConfiguration: { Status: 'Enabled' },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    },
  });
  template().hasResource('AWS::DynamoDB::GlobalTable', {
    DeletionPolicy: 'Retain',
    Properties: {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      Replicas: [Match.objectLike({ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } })],
    },
  });
});

test('nothing is compiled, downloaded or run by a custom resource, and nothing has a physical name', () => {
  const resources = mailer().template().toJSON().Resources as Record<
    string,
    { Type: string; Properties?: Record<string, unknown> }
  >;
  const types = Object.values(resources).map((r) => r.Type);
  expect(types.filter((type) => /Custom/.test(type))).toEqual([]);
  const names = [
    'BucketName',
    'TableName',
    'FunctionName',
    'RoleName',
    'StateMachineName',
    'TopicName',
    'QueueName',
    'LogGroupName',
    'Name',
  ];
  for (const [id, { Type, Properties }] of Object.entries(resources)) {
    // Of whose function it is.
    if (Type === 'AWS::Lambda::Permission') continue;
    // That is whom it calls.
    if (Type === 'AWS::Lambda::EventSourceMapping') continue;
    expect([id, names.filter((name) => Properties?.[name] !== undefined)]).toEqual([id, []]);
  }
});

test('functions run on Node 24 and ARM with roles that hold no managed policy', () => {
  const template = mailer().template();
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  expect(functions).toHaveLength(8);
  for (const { Properties } of functions) {
    expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
  }
  for (const { Properties } of Object.values(template.findResources('AWS::IAM::Role'))) {
    expect(Properties.ManagedPolicyArns).toBeUndefined();
  }
});

test('alerts go to mailboxes, phones and topics; a failed run is told', () => {
  const { stack, template } = (() => {
    const stack = new Stack();
    const chat = new sns.Topic(stack, 'Chat');
    new BulkMailer(stack, 'Mailer', {
      sender,
      templates: { welcome },
      alerts: [AlertRoute.email('ops@example.com'), AlertRoute.sms('+41791234567'), AlertRoute.topic(chat)],
    });
    return { stack, template: Template.fromStack(stack) };
  })();
  template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.com' });
  template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'sms', Endpoint: '+41791234567' });
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: { source: ['aws.states'], detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'] } },
    Targets: Match.arrayWith([
      Match.objectLike({ Arn: { Ref: Match.stringLikeRegexp('MailerAlertsTopic') } }),
      Match.objectLike({ Arn: { Ref: Match.stringLikeRegexp('Chat') } }),
    ]),
  });
  Annotations.fromStack(stack).hasNoError('*', Match.anyValue());
});

test('two mailers in one stack, sharing a ledger', () => {
  const stack = new Stack();
  const first = new BulkMailer(stack, 'First', { sender, templates: { welcome } });
  const second = new BulkMailer(stack, 'Second', {
    ...{ mailerName: 'second', sender, templates: { welcome }, ledger: first.ledger },
  });
  expect(second.ledger).toBe(first.ledger);
  Template.fromStack(stack).resourceCountIs('AWS::DynamoDB::GlobalTable', 1);
});

test('given parts are used', () => {
  const stack = new Stack();
  const bucket = new s3.Bucket(stack, 'Given', { versioned: true });
  bucket.enableEventBridgeNotification();
  const key = new kms.Key(stack, 'Key');
  const ledger = dynamodb.TableV2.fromTableArn(stack, 'Ledger', 'arn:aws:dynamodb:eu-west-1:111122223333:table/given');
  new BulkMailer(stack, 'Mailer', {
    sender: Sender.existingAddress('news@example.com', { displayName: 'Bücher & mehr' }),
    templates: { welcome },
    bucket,
    ledger,
    encryptionKey: key,
    removalPolicy: RemovalPolicy.DESTROY,
    inDoubtPolicy: InDoubtPolicy.resendAcceptingDuplicates(),
  });
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::S3::Bucket', 1);
  template.resourceCountIs('AWS::DynamoDB::GlobalTable', 0);
  template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
  // Without it a failed run would be told to nobody.
  template.hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: { Statement: Match.arrayWith([Match.objectLike({ Principal: { Service: 'events.amazonaws.com' } })]) },
  });
});

test.each([true, false, undefined])('the maps’ results go to S3, whatever the app’s feature flags (%s)', (flag) => {
  const app = new App({ context: { '@aws-cdk/aws-stepfunctions:useDistributedMapResultWriterV2': flag } });
  const stack = new Stack(app, 'Stack');
  new BulkMailer(stack, 'Mailer', { sender, templates: { welcome } });
  const definition = JSON.stringify(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'));
  const writers = definition.match(/ResultWriter.{0,300}?maps/g);
  expect(writers).toHaveLength(2);
});

test('a mailer with an alert route warns of nothing: cdk synth --strict takes it', () => {
  const { stack } = mailer({ alerts: [AlertRoute.email('ops@example.com')] });
  // CDK prints what its own validation of the template finds.
  const printed = jest.spyOn(console, 'error');
  const { messages } = (stack.node.root as App).synth().getStackByName('Stack');
  expect(messages.filter(({ level }) => level !== 'info').map(({ entry }) => entry.data)).toEqual([]);
  expect(printed).not.toHaveBeenCalled();
});

test('logs are kept for three months', () => {
  mailer().template().allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
});
