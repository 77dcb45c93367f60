import { consequencesOf } from '../../../../lambda-src/domain/events/consequences';
import { alertBlocked } from '../../../../lambda-src/functions/track/blocked-alert';
import { CAMPAIGN, recipientFor } from '../../../support/run';
import { publishedEvent } from '../../../support/ses-event';
import { AT, world } from './harness';

const time = (minute: number) => new Date(AT + minute * 60_000).toISOString();
const emails = (domain: string, count: number, minute: number) =>
  Array.from({ length: count }, (_, at) => ({ to: `ann${at}@${domain}`, at: time(minute) }));

test('five emails that one domain blocks are alerted once a run, with the domain, since when and what to look at', async () => {
  const { batch, claimed, told, errors, record } = await world();
  for (let row = 1; row <= 8; row++) await claimed(row);
  await batch([1, 2, 3, 4].map((row) => [row, 'blocked', { at: AT + row * 1000 }]));
  expect(told).toEqual([]);
  await batch([[5, 'auth-failure', { at: AT + 5000 }]]);
  await batch([6, 7, 8].map((row) => [row, 'blocked-ip']));
  expect(told).toHaveLength(1);
  const [{ subject, text, kind }] = told as [(typeof told)[number]];
  expect([subject, kind]).toEqual(['MailMatrix: receivers block may', 'alert']);
  expect(text.split('\n')).toEqual([
    expect.stringMatching(
      /^MM614: since 2026-11-25T01:10:01.000Z, receiving servers have refused 5 emails of run 1 of may /,
    ),
    '  example.org: 5, since 2026-11-25T01:10:01.000Z',
    expect.stringMatching(/^No recipient is opted out/),
    expect.stringContaining('cdk-mailmatrix doctor'),
    expect.stringMatching(/^ {2}dmarc:/),
    expect.stringMatching(/^ {2}dkim:/),
    expect.stringMatching(/^ {2}mail from:/),
    expect.stringContaining('reputation of your domain and IP addresses'),
  ]);
  expect(errors()).toEqual([]);
  expect(consequencesOf(record(1)).bounce).toBeUndefined();
});

test('a repeated event counts once, and sends the alert that failed', async () => {
  const setting = await world();
  const { batch, claimed, told, notices } = setting;
  for (let row = 1; row <= 5; row++) await claimed(row);
  const blocked = [1, 2, 3, 4].map((row) => [row, 'blocked'] as const);
  for (let times = 1; times <= 3; times++) await batch(blocked, times);
  expect(told).toEqual([]);
  const { publish } = notices;
  notices.publish = async () => {
    throw new Error('SNS is away');
  };
  await expect(batch([[5, 'blocked']])).rejects.toThrow('SNS');
  notices.publish = publish;
  await batch([[5, 'blocked']], 2);
  await batch([[5, 'blocked']], 3);
  expect(told).toHaveLength(1);
  expect(told[0]!.text).toContain('refused 5 emails');
});

test('other complaints, and blocked emails that the ledger does not know, count for nothing', async () => {
  const { batch, batchOf, claimed, told } = await world();
  for (let row = 1; row <= 5; row++) await claimed(row);
  await batch([1, 2, 3, 4, 9].map((row) => [row, 'blocked']));
  const detail = { eventType: 'Complaint', complaint: { complaintFeedbackType: 'not-spam' } };
  for (const row of [1, 5])
    await batchOf(
      publishedEvent({ ...recipientFor(row), messageId: `message-${row}`, claimId: `claim-${row}` }, detail, AT),
    );
  expect(told).toEqual([]);
});

test('domains with fewer than five are not named', async () => {
  const ports = await world();
  await alertBlocked(CAMPAIGN, 1, [...emails('small.example', 4, 2), ...emails('Big.example', 4, 3)], ports);
  expect(ports.told).toEqual([]);
  await alertBlocked(CAMPAIGN, 1, [...emails('big.example', 4, 1)], ports);
  expect(ports.told[0]!.text.split('\n').slice(0, 3)).toEqual([
    expect.stringMatching(/^MM614: since 2026-11-25T01:11:00.000Z, receiving servers have refused 12 emails /),
    '  big.example: 8, since 2026-11-25T01:11:00.000Z',
    '  other domains: 4',
  ]);
  // Another run is another alert, and so are many domains with one each.
  await alertBlocked(
    CAMPAIGN,
    2,
    Array.from({ length: 20 }, (_, at) => emails(`d${at}.example`, 1, 0)[0]!),
    ports,
  );
  expect(ports.told[1]!.text.split('\n')[1]).toBe('  other domains: 20');
});

test('the record keeps a bounded number of domains, whatever they are called', async () => {
  const ports = await world();
  const many = Array.from({ length: 300 }, (_, at) => emails(`d${at}.example`, 1, 0)[0]!);
  await alertBlocked(CAMPAIGN, 1, [...emails('__proto__', 5, 0), ...many], ports);
  expect(ports.told[0]!.text).toContain('  __proto__: 5');
  expect(ports.told[0]!.text).toContain('  other domains: 300');
  const item = [...ports.store.items.values()].find(({ sk }) => sk === 'blocked#1')!;
  expect(Object.keys(item.domains as object)).toHaveLength(200);
});
