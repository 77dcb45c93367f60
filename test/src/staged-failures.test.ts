import * as fs from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Counters, type Metrics, withAccountMetrics } from '../../lambda-src/domain/metrics';
import { noCounts } from '../../lambda-src/domain/outcomes';
import { countRun } from '../../lambda-src/functions/report/count-run';
import type { Summary } from '../../lambda-src/functions/report/summary';
import { RefusalBreaker } from '../../lambda-src/functions/send/refusal-breaker';
import { SendMetrics } from '../../lambda-src/functions/send/send-metrics';
import { SAYS } from '../../local/ses/answers';
import { AlertRoute, BulkMailer, MailTemplate, Sender } from '../../src';
import { world } from '../lambda-src/functions/track/harness';
import { memoryBus } from '../support/memory-bus';
import { memorySes } from '../support/memory-ses';
import { plannedRun, recipientFor, runRef, silent } from '../support/run';
import { thrownFor } from '../support/ses-answer';
import { virtualClock } from '../support/virtual-clock';

/** The alarms that sound at what the functions' own code emits, and what each says; docs/runbook.md has the five. */
const alarms = (() => {
  const stack = new Stack(new App(), 'Mail');
  new BulkMailer(stack, 'Mailer', {
    sender: Sender.existingDomain('example.com', { fromAddress: 'news@example.com' }),
    templates: { welcome: MailTemplate.inline({ subject: 'Welcome', text: 'Hello' }) },
    alerts: [AlertRoute.email('ops@example.com')],
  });
  return Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'))
    .map(({ Properties }) => Properties)
    .filter(({ Namespace }) => Namespace === 'MailMatrix');
})();

async function said(happen: (metrics: Metrics) => unknown): Promise<string[]> {
  const values = new Map<string, number>();
  const metrics = new Counters((some) => {
    for (const [name, value] of some) values.set(name, value);
  });
  await happen(metrics);
  metrics.flush();
  return alarms
    .filter(({ MetricName, Threshold, ComparisonOperator }) => {
      const value = values.get(MetricName) ?? 0;
      return ComparisonOperator === 'GreaterThanThreshold' ? value > Threshold : value >= Threshold;
    })
    .map(({ AlarmDescription }) => String(AlarmDescription));
}

const summary = (more: Partial<Summary>): Summary => ({
  v: 1,
  campaign: 'mailer/may',
  run: 1,
  status: 'completed',
  list: runRef().list,
  startedAt: '2026-11-25T01:00:00Z',
  endedAt: '2026-11-25T01:10:00Z',
  files: [],
  ...more,
});
const ended = (counts: Partial<ReturnType<typeof noCounts>>) => summary({ counts: { ...noCounts(), ...counts } });

const STAGED: { readonly [cause: string]: (metrics: Metrics) => unknown } = {
  'A list was rejected whole': (metrics) => countRun(runRef(), summary({ status: 'rejected' }), metrics),
  'nobody knows whether SES took their mail': (metrics) =>
    countRun(runRef(), ended({ sent: 998, in_doubt: 2 }), metrics),
  'SES has the account on probation': (metrics) =>
    withAccountMetrics(
      { ...memorySes(), account: async () => ({ ...(await memorySes().account()), enforcement: 'PROBATION' }) },
      metrics,
    ).account(),
  'A campaign paused by itself': async (metrics) => {
    const { store, ref } = await plannedRun([recipientFor(1)]);
    const ports = {
      store,
      metrics,
      clock: virtualClock(),
      bus: memoryBus(),
      newId: () => 'id',
      log: silent,
      notices: { publish: async () => {} },
    };
    const breaker = await RefusalBreaker.of(ref, {}, ports);
    for (let at = 0; at < 12; at += 1) await breaker.note('MessageRejected: no');
    await breaker.report();
  },
  'mail comes too fast': async (metrics) => {
    const slow = thrownFor(SAYS.throttled());
    const send = async () => Promise.reject(slow);
    const sendMetrics = new SendMetrics({ ...memorySes(), send }, metrics, virtualClock());
    for (let at = 0; at < 10; at += 1) await sendMetrics.ses.send({} as never).catch(() => {});
  },
};

test.each(Object.entries(STAGED))('the one alarm that sounds names the cause: %s', async (cause, happen) => {
  const heard = await said(happen);
  expect(heard).toHaveLength(1);
  expect(heard[0]).toContain(cause);
  const page = fs.readFileSync('docs/runbook.md', 'utf8');
  expect(page.replace(/\s+/g, ' ')).toContain(heard[0].split('\n\n')[0].replace(/\s+/g, ' '));
});

test('a second message for a recipient is heard, and a run that went well is not', async () => {
  const { claimed, sent, batch, counted } = await world();
  await claimed(1);
  await sent(1);
  await batch([[1, 'send', { messageId: 'another' }]]);
  const [emitted] = counted() as Record<string, number>[];
  const heard = await said((metrics) => metrics.count('InvariantViolations', emitted.GuaranteesBroken));
  expect(heard).toEqual([expect.stringContaining('A recipient got a second message')]);
  expect(
    await said((metrics) => countRun(runRef(), ended({ sent: 10_000, in_doubt: 10, refused: 20 }), metrics)),
  ).toEqual([]);
});
