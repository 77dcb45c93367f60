import type { Subscriptions } from '../../../../lambda-src/domain/ports';
import {
  missingSubscribers,
  missingSubscribersWords,
} from '../../../../lambda-src/functions/report/missing-subscribers';
import { reportPage } from '../../../../lambda-src/functions/report/page/page';
import type { Summary } from '../../../../lambda-src/functions/report/summary';
import type { Subscribers } from '../../../../src/private/contract';
import { silent } from '../../../support/run';

const OWN = 'arn:aws:sns:eu-west-1:111122223333:own';
const ALARMS = 'arn:aws:sns:eu-west-1:111122223333:alarms';
const TEAM = 'arn:aws:sns:eu-west-1:444455556666:team';

const everything: Subscribers = { report: [{ arn: OWN }], alarm: [{ arn: OWN }] };

/** Confirmed and pending, by topic; a topic of which nothing is known cannot be looked at. */
async function look(subscribers: Subscribers, known: { readonly [arn: string]: readonly [number, number] }) {
  const warned: string[] = [];
  const asked: string[] = [];
  const result = await missingSubscribers(subscribers, {
    log: { ...silent, warn: (message) => void warned.push(message) },
    subscriptions: async (arn): Promise<Subscriptions> => {
      asked.push(arn);
      if (!known[arn]) throw new Error('AuthorizationError');
      const [confirmed, pending] = known[arn];
      return { confirmed, pending };
    },
  });
  return { result, warned, asked };
}

test('one who has confirmed is enough, and each topic is asked about once', async () => {
  expect(await look(everything, { [OWN]: [1, 3] })).toEqual({ result: undefined, warned: [], asked: [OWN] });
});

test('with none it is said what to do: before they have confirmed, and after SNS forgot them', async () => {
  const waiting = await look(everything, { [OWN]: [0, 2] });
  expect(waiting.result).toEqual({ kinds: ['report', 'alarm'], pending: 2 });
  expect(waiting.warned).toEqual([
    'MM612: Nobody hears of reports and alarms: 2 subscribers have not confirmed. The mail of AWS Notifications has the link; after 48 hours SNS forgets them.',
  ]);
  const nobody = await look(everything, { [OWN]: [0, 0] });
  expect(nobody.warned).toEqual([
    expect.stringMatching(
      /^MM612: Nobody hears of reports and alarms: nobody is subscribed\. Give the mailer alerts .* subscribe anew/,
    ),
  ]);
});

test('of alarms alone, where their own topic has nobody and the others filter them out', async () => {
  const split: Subscribers = { report: [{ arn: OWN }], alarm: [{ arn: OWN, others: 1 }, { arn: ALARMS }] };
  expect((await look(split, { [OWN]: [1, 0], [ALARMS]: [0, 1] })).result).toEqual({ kinds: ['alarm'], pending: 1 });
  expect((await look(split, { [OWN]: [1, 0], [ALARMS]: [1, 0] })).result).toBeUndefined();
  // One more than those who filter: somebody subscribed by hand.
  expect((await look(split, { [OWN]: [2, 0], [ALARMS]: [0, 1] })).result).toBeUndefined();
});

test('a topic that cannot be looked at may have its listeners: nothing is said of it, and nothing fails', async () => {
  const withTeam: Subscribers = { report: [{ arn: OWN }], alarm: [{ arn: OWN }, { arn: TEAM }] };
  expect(await look(withTeam, { [OWN]: [0, 0] })).toMatchObject({ result: { kinds: ['report'] } });
  expect(await look(withTeam, {})).toMatchObject({ result: undefined, warned: [] });
});

test('the page says it as well', () => {
  const summary: Summary = {
    v: 1,
    campaign: 'mailer/may',
    run: 1,
    status: 'rejected',
    list: { bucket: 'lists', key: 'campaigns/may.csv', etag: 'e', size: 1 },
    startedAt: '2026-11-25T01:00:00Z',
    endedAt: '2026-11-25T01:10:00Z',
    files: [],
  };
  const said = { kinds: ['alarm'], pending: 1 } as const;
  expect(reportPage({ ...summary, unheard: said }, [])).toContain(
    `<p class="says">${missingSubscribersWords(said)}</p>`,
  );
  expect(reportPage(summary, [])).not.toContain('Nobody hears');
});
