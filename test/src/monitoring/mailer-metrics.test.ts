import { App, NestedStack, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { BulkMailer, MailTemplate, Sender } from '../../../src';
import { METRICS } from '../../../src/private/contract/metric-names';

const mailerIn = (scope: Construct, id = 'Mailer') =>
  new BulkMailer(scope, id, {
    sender: Sender.existingDomain('example.com', { fromAddress: 'news@example.com' }),
    templates: { welcome: MailTemplate.inline({ subject: 'Welcome', text: 'Hello' }) },
  });

test('every metric has its method, which names it and the mailer', () => {
  const mailer = mailerIn(new Stack(new App(), 'Mail'));
  for (const name of Object.keys(METRICS)) {
    const method = `metric${name}` as 'metricSent';
    expect(mailer[method]().toMetricConfig().metricStat).toMatchObject({
      namespace: 'MailMatrix',
      metricName: name,
      dimensions: [{ name: 'Mailer', value: 'Mail/Mailer' }],
    });
    expect(mailer[method]({ statistic: 'p90' }).statistic).toBe('p90');
  }
});

test('the mailer is known by its outermost stack and its path in it, in ASCII', () => {
  const app = new App();
  const stack = new Stack(app, 'Prod', { stackName: 'mail-prod' });
  expect(mailerIn(stack).metricDimension).toBe('mail-prod/Mailer');
  expect(mailerIn(new NestedStack(new Stack(app, 'Outer'), 'Inner')).metricDimension).toBe('Outer/Inner/Mailer');
  expect(mailerIn(stack, 'Büro').metricDimension).toMatch(/^mail-prod\/[\x21-\x7e]+$/);
});
