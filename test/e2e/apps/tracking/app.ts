import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as ses from 'aws-cdk-lib/aws-ses';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { BulkMailer, MailTemplate, Sender } from '../../../../src';

/** A mailer that is asked to learn everything, and another that is asked for nothing. */
const stack = new Stack(new App(), 'Tracking', {});
const sender = Sender.existingDomain('example.com', { fromAddress: 'news@example.com' });
const ARCHIVE = { service: 'ses', resource: 'mailmanager-archive', resourceName: 'a-1' };
const HTML = '<p>Hello {{name}}</p><a href="https://shop.example.com">Shop</a>';
const templates = { welcome: MailTemplate.inline({ subject: 'Hello', html: HTML, text: 'Hello' }) };

const bus = new events.EventBus(stack, 'Bus');
const heard = new sqs.Queue(stack, 'Heard');
new events.Rule(stack, 'All', { eventBus: bus, eventPattern: { source: ['mailmatrix'] } }).addTarget(
  new targets.SqsQueue(heard),
);
new CfnOutput(stack, 'HeardUrl', { value: heard.queueUrl });

const asked = new BulkMailer(stack, 'Asked', {
  sender,
  templates,
  tracking: {
    ...{ opens: true, clicks: true, consentColumn: 'Tracking', consentValues: ['ja'] },
    redirectDomain: 'links.example.com',
    ...{ eventBus: bus, period: Duration.seconds(60), breakerMinimum: 4000 },
  },
  delivery: {
    ...{ tlsPolicy: ses.ConfigurationSetTlsPolicy.REQUIRE, reputationMetrics: false },
    ...{ maxDeliveryDuration: Duration.hours(2), archiveArn: stack.formatArn(ARCHIVE) },
  },
  removalPolicy: RemovalPolicy.DESTROY,
});
new BulkMailer(stack, 'Unasked', {
  configurationSet: new ses.ConfigurationSet(stack, 'Own', { vdmOptions: { engagementMetrics: false } }),
  sender,
  templates,
  mailerName: 'second',
  ledger: asked.ledger,
  intake: { prefix: 'others/' },
  tracking: { period: Duration.days(0), breakerMinimum: 100 },
  removalPolicy: RemovalPolicy.DESTROY,
});
