import {
  ListSubscriptionsByTopicCommand,
  SNSClient,
  SubscribeCommand,
  type Subscription,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import type { EndedRun } from '../../local/campaigns';
import { CREDENTIALS, REGION } from '../../local/environment';
import { makeList } from '../../local/list';
import { addresses, campaigns, command, connection } from './support/deployed';

const sns = new SNSClient({ endpoint: addresses.emulator, region: REGION, credentials: CREDENTIALS });
const TopicArn = connection.alertTopicArn;

const subscribe = ({ Protocol, Endpoint }: Subscription) =>
  sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }));
const subscribed = async () => (await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions!;
const leave = async (all: readonly Subscription[]) => {
  for (const { SubscriptionArn } of all) await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
};

let before: readonly Subscription[];
beforeAll(async () => {
  before = await subscribed();
});
afterAll(async () => {
  await leave(await subscribed());
  for (const one of before) await subscribe(one);
  sns.destroy();
});

/** What a run's report says of its listeners. */
async function unheard(run: Promise<EndedRun>) {
  const ended = await run;
  const { unheard: said } = JSON.parse(await campaigns.report(ended, 'summary.json'));
  const page = await campaigns.report(ended, 'report.html');
  expect(page.includes('Nobody hears of reports and alarms')).toBe(said !== undefined);
  return said;
}

test('a report says whether anybody hears: with a subscriber, with none, and with one who has not confirmed', async () => {
  const { text } = makeList({ recipients: 3, seed: 93 });
  // The stack's own mailbox: the emulator takes mailboxes as confirmed.
  expect(before.map(({ Protocol }) => Protocol)).toContain('email');
  expect(await unheard(campaigns.draft('listeners.csv', text))).toBeUndefined();

  await leave(before);
  expect(await unheard(campaigns.run('listeners-none.csv', 'city\nOslo\n'))).toEqual({
    kinds: ['report', 'alarm'],
    pending: 0,
  });

  // Nobody answers there, so it is never confirmed.
  await subscribe({ Protocol: 'http', Endpoint: 'http://127.0.0.1:9/' });
  expect(await unheard(campaigns.run('listeners.csv', text))).toEqual({ kinds: ['report', 'alarm'], pending: 1 });
  const { out } = await command('Mail/Mailer', 'report', 'listeners');
  expect(out).toContain('Nobody hears of reports and alarms: one subscriber has not confirmed.');
});
