import * as inputs from '../../lambda-src/aws/send-email-input';
import { sesPort } from '../../lambda-src/aws/ses';
import * as consents from '../../lambda-src/domain/consent/tracking-consent';
import { asRecord } from '../../lambda-src/domain/ledger/record';
import { Counters } from '../../lambda-src/domain/metrics';
import type { SendPorts } from '../../lambda-src/functions/send/ports';
import { sendShard } from '../../lambda-src/functions/send/send-shard';
import { random } from '../../local/random';
import { SesControl } from '../../local/ses/control';
import { type SesEndpoint, startSesEndpoint } from '../../local/ses/endpoint';
import { FORMAT, LAYOUT, type Recipient, type Snapshot, type TrackingChoice } from '../../src/private/contract';
import { memoryBus } from '../support/memory-bus';
import { plannedRun, recipientFor, SETTINGS, silent, TEMPLATES, TRACKING, urls } from '../support/run';
import { virtualClock } from '../support/virtual-clock';

/** Emails go by HTTP to the local SES endpoint, which changes them as SES does. */
let endpoint: SesEndpoint;
let control: SesControl;
const before = { ...process.env };

beforeAll(async () => {
  endpoint = await startSesEndpoint({ verified: ['example.com'] });
  control = new SesControl(endpoint.url);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SESV2: endpoint.url,
    ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
  });
});
afterAll(async () => {
  process.env = before;
  await endpoint.close();
});
afterEach(() => jest.restoreAllMocks());

const BODY = '<p>Hello {{name}}</p><a href="https://shop.example.com/?of={{name}}">Our shop</a>';

interface Person {
  readonly recipient: Recipient;
  readonly list?: TrackingChoice;
  readonly page?: TrackingChoice;
}

function people(count: number, seed: number): Person[] {
  const next = random(seed);
  const answer = () => ([undefined, 'given', 'refused'] as const)[Math.floor(next() * 3)];
  return Array.from({ length: count }, (_, at) => {
    const [list, page] = [answer(), answer()];
    return { recipient: { ...recipientFor(at + 1), ...(list ? { trackingConsent: list } : {}) }, list, page };
  });
}

/** The rule, in other words than the product's. */
const consented = ({ list, page }: Person): boolean =>
  list === 'refused' || page === 'refused' ? false : list === 'given' || page === 'given';

/** Sends to people by their consents, and returns each email that went against one. */
async function violations(count: number, seed: number, tracking: object = { opens: true, clicks: true }) {
  const all = people(count, seed);
  const settings = { ...SETTINGS, tracking: { ...TRACKING, ...tracking } };
  const run = await plannedRun(
    all.map(({ recipient }) => recipient),
    1,
    settings,
  );
  const templates = { ...TEMPLATES, templates: { welcome: { ...TEMPLATES.templates.welcome, html: BODY } } };
  const snapshot: Snapshot = { v: FORMAT, settings, templates };
  await run.files.put(`${run.ref.folder}${LAYOUT.snapshot}`, JSON.stringify(snapshot), 'application/json');
  const at = '2026-11-20T08:00:00.000Z';
  for (const { recipient, page } of all) {
    if (page) await consents.saveChoice([recipient.pk], { choice: page, at, topic: 'general' }, run.store);
  }
  await control.reset();
  // The account tracks every email whose request says nothing else, and throttles some.
  await control.account({ engagementMetrics: true, enforce: false });
  const throttled = { status: 429, type: 'TooManyRequestsException', message: 'Maximum sending rate exceeded.' };
  await control.faults([{ when: { probability: 0.02 }, does: throttled }], seed);
  const account = async () => ({
    ...{ maxPerSecond: 5000, max24Hours: 1_000_000, sentLast24Hours: 0, productionAccess: true, sendingEnabled: true },
  });
  let ids = 0;
  const ses = sesPort();
  const ports: SendPorts = {
    ...{ files: run.files, store: run.store, clock: virtualClock(), log: silent, bus: memoryBus() },
    ...{ metrics: new Counters(() => undefined), notices: { publish: async () => undefined } },
    ...{ newId: () => `id-${++ids}`, random: random(seed), configurationSet: 'mm', consentUrls: urls },
    ...{ remaining: () => 900_000, ses: { ...ses, account } },
  };
  while (!(await sendShard(run.input, ports)).done);
  ses.close();

  const accepted = new Map((await control.accepted()).map(({ to, html }) => [to[0], html ?? '']));
  expect(accepted.size).toBe(count);
  const yes = all.filter(consented).length;
  expect(yes).toBeGreaterThan(count / 4);
  const wrong = all.filter((person) => {
    const html = accepted.get(person.recipient.to)!;
    const on = consented(person);
    const { opens = false, clicks = false } = tracking as { opens?: boolean; clicks?: boolean };
    const proven = asRecord(run.store.get(person.recipient))?.trackingConsent !== undefined;
    return (
      html.includes('awstrack.me/I0/') !== (on && opens) ||
      html.includes('awstrack.me/L0/') !== (on && clicks) ||
      proven !== (on && (opens || clicks))
    );
  });
  return wrong.map(({ recipient, list, page }) => ({ row: recipient.row, list, page }));
}

test('of 10,000 random consents no email has a tracking image or a redirect without one', async () => {
  expect(await violations(10_000, 7)).toEqual([]);
}, 180_000);

test.each([
  ['opens alone', { opens: true }],
  ['clicks alone', { clicks: true }],
  ['neither', {}],
])('%s', async (_, tracking) => {
  expect(await violations(300, 11, tracking)).toEqual([]);
});

const { trackingConsent, currentChoice } = consents;
const { sendEmailInput } = inputs;
const noOverride = (change: (tracking: Record<string, string>) => Record<string, string> | undefined) => () =>
  jest.spyOn(inputs, 'sendEmailInput').mockImplementation((mail) => {
    const input = sendEmailInput(mail);
    const Tracking = change(input.ConfigurationOverrides!.Tracking as Record<string, string>);
    return { ...input, ConfigurationOverrides: Tracking && { Tracking } };
  });

test.each([
  ['requests override nothing', noOverride(() => undefined)],
  ['requests override opens alone', noOverride(({ OpenTrackingEnabled: on }) => ({ OpenTrackingEnabled: on! }))],
  ['requests override clicks alone', noOverride(({ ClickTrackingEnabled: on }) => ({ ClickTrackingEnabled: on! }))],
  [
    'an unknown answer is a yes',
    () =>
      jest
        .spyOn(consents, 'trackingConsent')
        .mockImplementation((list, page, run, settings) =>
          trackingConsent(list, page, run, settings && { ...settings, consentRequired: false }),
        ),
  ],
  ['the preferences page is not read', () => jest.spyOn(consents, 'currentChoice').mockReturnValue(undefined)],
  [
    'the list outweighs a refusal on the page',
    () =>
      jest
        .spyOn(consents, 'trackingConsent')
        .mockImplementation((list, page, run, settings) =>
          trackingConsent(list, list === 'given' ? undefined : page, run, settings),
        ),
  ],
  [
    'the page outweighs a refusal in the list',
    () =>
      jest
        .spyOn(consents, 'trackingConsent')
        .mockImplementation((list, page, run, settings) =>
          trackingConsent(page?.choice === 'given' ? undefined : list, page, run, settings),
        ),
  ],
  [
    'a refusal on the page is read as consent',
    () =>
      jest.spyOn(consents, 'currentChoice').mockImplementation((all) => {
        const found = currentChoice(all);
        return found && { ...found, choice: 'given' };
      }),
  ],
])('the test finds it if %s', async (_, mutate) => {
  mutate();
  expect((await violations(300, 13)).length).toBeGreaterThan(0);
});
