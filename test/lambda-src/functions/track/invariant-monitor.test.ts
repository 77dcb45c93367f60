import { asTracked, type TrackedRecord } from '../../../../lambda-src/domain/events/email-events';
import { Counters } from '../../../../lambda-src/domain/metrics';
import { InvariantMonitor } from '../../../../lambda-src/functions/track/invariant-monitor';
import type { SesEvent } from '../../../../lambda-src/functions/track/ses-event';
import { memoryStore } from '../../../support/memory-store';
import { recipientFor, silent } from '../../../support/run';
import { virtualClock } from '../../../support/virtual-clock';

function setting() {
  const store = memoryStore();
  const alerts: string[] = [];
  const lines: unknown[][] = [];
  const counted: Record<string, number>[] = [];
  const metrics = new Counters((values) => void counted.push(Object.fromEntries(values)));
  const notices = { publish: async (subject: string, text: string) => void alerts.push(`${subject}\n${text}`) };
  const log = { ...silent, error: (...line: unknown[]) => void lines.push(line) };
  const monitor = new InvariantMonitor({ store, notices, clock: virtualClock(), log, metrics });
  const recordOf = (row: number, campaign = 'mailer/may'): TrackedRecord => {
    const { pk, sk, to } = recipientFor(row);
    const found = { pk, sk, to, v: 1, state: 'open', run: 2, row, campaign } as unknown as TrackedRecord;
    store.items.set(`${pk}\n${sk}`, found as never);
    return found;
  };
  const event: SesEvent = {
    ...{ record: recipientFor(1), messageId: 'm-2', claimId: 'claim-1', type: 'Delivery' },
    at: '2026-11-25T01:10:00.000Z',
  };
  return {
    ...{ store, alerts, lines, notices, monitor, recordOf, event },
    violations: () => {
      metrics.flush();
      return counted.reduce((sum, { InvariantViolations = 0 }) => sum + InvariantViolations, 0);
    },
  };
}

test('each kind of violation is alerted once a campaign, and each recipient is a line of the log', async () => {
  const { monitor, recordOf, event, alerts, lines, violations } = setting();
  for (const row of [1, 2]) await monitor.report('unsent', recordOf(row), event);
  await monitor.report('second', recordOf(3), event);
  await monitor.report('unsent', recordOf(4, 'mailer/june'), event);
  expect(alerts.map((text) => /MM\d+.*in the campaign (\S+)\./.exec(text)?.slice(0, 2))).toEqual([
    [expect.stringMatching(/^MM607/), 'mailer/may'],
    [expect.stringMatching(/^MM604/), 'mailer/may'],
    [expect.stringMatching(/^MM607/), 'mailer/june'],
  ]);
  expect(lines).toHaveLength(4);
  const { pk, sk } = recipientFor(1);
  const of = { state: 'open', run: 2, row: 1, recipient: pk, campaign: sk };
  expect(lines[0]).toEqual([
    expect.stringMatching(/^MM607: a message went to a recipient/),
    { violation: 'unsent', messageId: 'm-2', event: 'Delivery', claimId: 'claim-1', ...of },
  ]);
  expect(violations()).toBe(4);
});

test('a second message is on the record, and none of its later events reports it again', async () => {
  const { monitor, recordOf, event, lines, violations, store } = setting();
  const record = recordOf(1);
  await monitor.report('second', record, event);
  const reported = asTracked(store.get(record))!;
  expect(reported.secondMessageId).toBe('m-2');
  await monitor.report('second', reported, event);
  expect(lines).toHaveLength(1);
  expect(violations()).toBe(1);
  // A third message is another violation.
  await monitor.report('second', reported, { ...event, messageId: 'm-3' });
  expect(lines).toHaveLength(2);
});

test('a message to a recipient that was not sent to leaves the record as it is', async () => {
  const { monitor, recordOf, event, store } = setting();
  const record = recordOf(1);
  await monitor.report('unsent', record, event);
  expect(store.get(record)).toEqual(record);
});

test('a record that is gone is not made again', async () => {
  const { monitor, recordOf, event, store } = setting();
  const record = recordOf(1);
  store.items.delete(`${record.pk}\n${record.sk}`);
  await monitor.report('second', record, event);
  expect(store.get(record)).toBeUndefined();
});

test('an alert that could not be published is published with the next event', async () => {
  const { monitor, recordOf, event, alerts, notices } = setting();
  const { publish } = notices;
  notices.publish = () => Promise.reject(new Error('SNS is away'));
  await expect(monitor.report('unsent', recordOf(1), event)).rejects.toThrow('SNS is away');
  notices.publish = publish;
  await monitor.report('unsent', recordOf(2), event);
  expect(alerts).toHaveLength(1);
});
