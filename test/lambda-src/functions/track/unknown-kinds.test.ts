import type { SesEvent } from '../../../../lambda-src/functions/track/ses-event';
import { alertUnknownKind, unknownKind } from '../../../../lambda-src/functions/track/unknown-kinds';
import { memoryStore } from '../../../support/memory-store';
import { silent } from '../../../support/run';
import { virtualClock } from '../../../support/virtual-clock';

function setting() {
  const store = memoryStore();
  const alerts: { text: string; kind: string }[] = [];
  const lines: unknown[][] = [];
  const publish = async (_subject: string, text: string, { kind }: { kind: string }) =>
    void alerts.push({ text, kind });
  const ports = {
    ...{ store, clock: virtualClock(), notices: { publish } },
    log: { ...silent, warn: (...line: unknown[]) => void lines.push(line) },
  };
  const alert = (kind: string, run = 1, campaign = 'mailer/may') => alertUnknownKind(kind, { campaign, run }, ports);
  return { ports, alerts, lines, alert };
}

test.each<[string, Partial<SesEvent>, string | undefined]>([
  [
    'a permanent bounce',
    { emailEvent: 'notedBounce', details: { notedBounceType: 'Bounce Permanent X' } },
    'Bounce Permanent X',
  ],
  ['another event', { emailEvent: 'noted', details: { notedType: 'Complaint none X' } }, 'Complaint none X'],
  ['a known complaint', { emailEvent: 'noted', details: { notedType: 'not-spam' } }, undefined],
  ['another known complaint', { emailEvent: 'noted', details: { notedType: 'auth-failure' } }, undefined],
  ['no kind', { emailEvent: 'noted' }, undefined],
  ['an event with a case', { emailEvent: 'bounced', details: { notedType: 'X' } }, undefined],
  ['a type of event that is not known', {}, undefined],
])('the kind of %s', (_what, event, kind) => {
  expect(unknownKind(event as SesEvent)).toBe(kind);
});

test('is alerted once for each run of each campaign, whatever the kinds', async () => {
  const { alert, alerts, lines } = setting();
  for (const kind of ['X', 'X', 'Y']) await alert(kind);
  await alert('X', 2);
  await alert('X', 1, 'mailer/june');
  expect(alerts.map(({ text }) => /^MM613: (run \d+ of \S+) has an event of the kind "X"/.exec(text)?.[1])).toEqual([
    'run 1 of mailer/may',
    'run 2 of mailer/may',
    'run 1 of mailer/june',
  ]);
  expect(alerts.every(({ kind }) => kind === 'alert')).toBe(true);
  expect(lines.map(([, data]) => data)).toEqual([1, 2, 1].map((run) => ({ kind: 'X', run })));
});

test('has no address in the alert and in the log', async () => {
  const { alert, alerts, lines } = setting();
  await alert('Bounce ann@example.com');
  expect(JSON.stringify([alerts, lines])).not.toContain('ann@');
});

test('is alerted with the next event, if the alert could not be published', async () => {
  const { ports, alert, alerts } = setting();
  const { publish } = ports.notices;
  ports.notices.publish = () => Promise.reject(new Error('SNS is away'));
  await expect(alert('X')).rejects.toThrow('SNS is away');
  ports.notices.publish = publish;
  await alert('X');
  expect(alerts).toHaveLength(1);
});
