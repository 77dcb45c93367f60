import { NO_BUS } from '../../lambda-src/domain/events/bus';
import type { Mail, Notices } from '../../lambda-src/domain/ports';
import { RATE_KEY } from '../../lambda-src/domain/rate/rate';
import { plan } from '../../lambda-src/functions/plan/plan';
import { guard } from '../../lambda-src/functions/register/guard';
import { type RegisterInput, register } from '../../lambda-src/functions/register/register';
import { turn } from '../../lambda-src/functions/register/turn';
import { report } from '../../lambda-src/functions/report/report';
import { sendShard } from '../../lambda-src/functions/send/send-shard';
import { settleShard } from '../../lambda-src/functions/settle/settle-shard';
import { Tracker } from '../../lambda-src/functions/track/tracker';
import {
  FORMAT,
  type ReportInput,
  type RunRef,
  type ShardInput,
  type ShardRef,
  TAGS,
} from '../../src/private/contract';
import { memoryBus } from '../support/memory-bus';
import { memoryFiles } from '../support/memory-files';
import { memorySes } from '../support/memory-ses';
import { memoryStore } from '../support/memory-store';
import { OWNER, SETTINGS, silent, TEMPLATES, TRACKING, uncounted, urls } from '../support/run';
import { brokenAnswer, sesAnswer } from '../support/ses-answer';
import { eventOf } from '../support/ses-event';
import { virtualClock } from '../support/virtual-clock';
import { expectGolden, pretty } from './golden';

/**
 * One whole run of the real code over a list in which every kind of row is: all its files, payloads, ledger records
 * and messages. A change of any of them is a new FORMAT that handlers read beside the last, or an addition.
 */
const LIST = [
  'Name,E-Mail,City',
  'Ann,ann@example.com,Oslo',
  'Bob,bob@example.com,"Paris, Texas"',
  'Nobody,not an address,Rome',
  'Ann again,ANN@example.com,Oslo',
  'Chloé,chloe@example.com,',
  'Dan,dan@example.com,Bern',
  '',
].join('\n');

test('a run: its files, payloads, ledger records and messages', async () => {
  const files = memoryFiles('lists');
  const store = memoryStore();
  const clock = virtualClock(Date.parse('2026-11-25T01:00:00Z'));
  const list = files.upload('campaigns/may.csv', LIST);
  const notices: object[] = [];
  const payloads: Record<string, object> = {};
  let ids = 0;
  const settings = { ...SETTINGS, intake: { ...SETTINGS.intake, maxInvalidPercent: 50 } };
  const answers = ({ to }: Mail) => {
    if (to === 'bob@example.com') return sesAnswer('MessageRejected', 400, 'Address blacklisted');
    return to === 'dan@example.com' ? brokenAnswer('reset') : undefined;
  };
  const ses = memorySes({ maxPerSecond: 10 }, undefined, { answers, now: clock.now });
  const bus = memoryBus();
  const pageOf = async () => 'a page for people, which no program reads';
  const common = { files, store, clock, log: silent, metrics: uncounted };
  const newId = () => `id-${++ids}`;
  const publish: Notices['publish'] = async (subject, text, attributes) =>
    void notices.push({ subject, text, attributes });
  const call = async <I extends object, O extends object>(
    name: string,
    input: I,
    handler: (input: I) => Promise<O>,
  ) => {
    const output = await handler(input);
    payloads[name] = { input, output };
    return output;
  };

  const arrival: RegisterInput = {
    v: FORMAT,
    execution: 'arn:aws:states:eu-west-1:111122223333:execution:machine:run',
    startedAt: '2026-11-25T01:00:00.000Z',
    event: {
      time: '2026-11-25T00:59:59Z',
      detail: {
        bucket: { name: list.bucket },
        object: { key: list.key, size: list.size, etag: list.etag, sequencer: '0064F1A2B3' },
        requester: '111122223333',
      },
    },
  };
  const registered = await call('register', arrival, (input) =>
    register(input, {
      ...{ store, bus, settings, log: silent, bucket: list.bucket, targetCampaign: async () => undefined },
      locked: async () => {
        const rejection = await guard(OWNER, ['campaigns/', 'drafts/'], { store, files, keys: files.keys });
        return rejection && { v: FORMAT, decision: 'locked', rejection };
      },
    }),
  );
  const planned = await call('plan', { v: FORMAT, run: registered.run as RunRef } as const, (input) =>
    plan(input, { ...common, ses, settings, templates: async () => TEMPLATES }),
  );
  const asks = {
    v: FORMAT,
    execution: arrival.execution,
    run: registered.run as RunRef,
    plan: planned,
    turn: {},
  } as const;
  const executions = { hasEnded: async () => false };
  const turned = await call('turn', asks, (input) => turn(input, { ...common, notices: { publish }, executions }));
  const run = turned.run as RunRef;
  const [shard] = await files.lines<ShardRef>(planned.shardList);
  const child: ShardInput = { v: FORMAT, run, shard, rounds: 0 };
  await call('send', child, (input) =>
    sendShard(input, {
      bus: NO_BUS,
      ...common,
      ses,
      notices: { publish },
      newId,
      random: () => 0.5,
      configurationSet: 'configuration-set',
      consentUrls: urls,
      remaining: () => 900_000,
    }),
  );
  await call('settle', child, (input) => settleShard(input, common));
  await call('report', { v: FORMAT, run, plan: planned } as const, (input) =>
    report(input, {
      ...common,
      bus,
      notices: { publish },
      trackSeconds: TRACKING.periodSeconds,
      pageOf,
    }),
  );

  const kinds = [...store.items.values()].map(({ pk }) => String(pk).replace(/#.*/, ''));
  expect(kinds).toEqual(expect.arrayContaining(['campaign', RATE_KEY.pk, 'shard']));
  expect(ses.requests.length).toBeGreaterThan(3);
  // How many ids were asked for in between is nobody's business.
  const known = new Map<string, string>();
  const inOrder = (text: string) =>
    text.replace(/\bid-\d+\b/g, (id) => {
      if (!known.has(id)) known.set(id, `id-${known.size + 1}`);
      return known.get(id) as string;
    });
  const folder = (key: string) => key.slice(run.folder.length);
  const stored = () => [...store.items].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => sorted(item));
  const inFolder = ([key]: readonly [string, string]) => key.startsWith(run.folder);
  const written = [...files.objects];
  const theRun = written.filter(inFolder).map(([key, text]) => [folder(key), text]);
  expectGolden('run/files', Object.fromEntries(theRun));
  expectGolden('markers', Object.fromEntries(written.filter((object) => !inFolder(object))));
  expectGolden('run/other', {
    'payloads.json': pretty(payloads),
    'ledger.json': inOrder(pretty(stored())),
    // No two are the same; what a link holds is a test of its own.
    'messages.json': inOrder(pretty(ses.requests)).replace(/k1\.[\w-]{90,}/g, 'k1.CODE'),
    'notices.json': pretty(notices),
  });

  // What became of it: everybody's mail arrives but Dan's, of which nobody knew whether SES had it.
  notices.length = 0;
  const tracker = new Tracker({
    ...common,
    bus,
    notices: { publish },
    newId,
    random: () => 0.5,
    settings: { ...TRACKING, addressesInEvents: true },
  });
  for (const [at, { to, tags }] of ses.requests.entries()) {
    if (to === 'bob@example.com') continue;
    const tag = Object.fromEntries(tags.map(({ name, value }) => [name, value]));
    const message = {
      pk: tag[TAGS.recipient],
      sk: tag[TAGS.campaign],
      claimId: tag[TAGS.claim],
      messageId: `message-${at + 1}`,
      to,
    };
    const became = to === 'dan@example.com' ? 'hard-bounce' : 'delivery';
    for (const happened of ['send', became, 'open', 'machine-open', 'complaint'] as const) {
      if (to !== 'ann@example.com' && happened !== 'send' && happened !== became) continue;
      await tracker.take({ messageId: 'queued', body: eventOf(message, happened), received: 1 });
    }
  }
  expect(await tracker.end()).toEqual([]);
  clock.set(Date.parse('2026-11-28T01:00:00Z'));
  const again: ReportInput = { v: FORMAT, run, plan: planned, tracked: true };
  const unheard = async () => ({ kinds: ['alarm'] as const, pending: 1 });
  await report(again, {
    ...common,
    bus,
    notices: { publish },
    trackSeconds: TRACKING.periodSeconds,
    missingSubscribers: unheard,
    pageOf,
  });
  expectGolden('run/tracked', {
    'ledger.json': inOrder(pretty(stored())),
    'notices.json': pretty(notices),
    'bus.json': pretty(bus.events),
    'summary.json': files.objects.get(`${run.folder}summary.json`)!,
    'results.csv': files.objects.get(`${run.folder}results.csv`)!,
  });
});

/** DynamoDB keeps no order of attributes. */
const sorted = (item: object): object => Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
