import * as fs from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { OPT_OUT_SOURCES } from '../../lambda-src/domain/consent/preferences';
import { BulkMailer, MailTemplate, Sender } from '../../src';

/** Sentences of the documentation that repeat what the source says. */
const words = (page: string) => fs.readFileSync(page, 'utf8').replace(/\s+/g, ' ');

test('a failed call of a function is repeated as often as docs/guarantees.md says', () => {
  const stack = new Stack(new App(), 'Mail');
  const sender = Sender.existingDomain('example.com', { fromAddress: 'news@example.com' });
  const templates = { welcome: MailTemplate.inline({ subject: 'Welcome', text: 'Hello' }) };
  new BulkMailer(stack, 'Mailer', { sender, templates });
  const machines = Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'));
  const retries: { [state: string]: unknown } = {};
  for (const { Properties } of machines) {
    const parts = Properties.DefinitionString['Fn::Join'][1] as unknown[];
    JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'arn')).join(''), (name, value) => {
      if (value?.Type === 'Task' && value.Retry) retries[name] = value.Retry[0].MaxAttempts;
      return value;
    });
  }
  expect(retries).toMatchObject({ Plan: 5, SettleShard: 5, Report: 5 });
  expect(words('docs/guarantees.md')).toContain('| Plan, Settle or Report | five more calls, with jitter;');
});

test.each(['docs/consent.md', 'docs/events.md'])('%s names every source of an opt-out event', (page) => {
  const [, list] = /`source`(?: of an opt-out)? is ((?:`\w+`(?:, | or )?)+)/.exec(words(page)) ?? [];
  const told = Object.keys(OPT_OUT_SOURCES).filter((source) => source !== 'import');
  expect(list?.match(/\w+(?=`)/g)?.sort()).toEqual(told.sort());
});
