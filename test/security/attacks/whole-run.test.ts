import { logger } from '../../../lambda-src/aws/log';
import { redactErrors } from '../../../lambda-src/aws/redact-errors';
import { optOut } from '../../../lambda-src/domain/consent/preferences';
import type { Mail } from '../../../lambda-src/domain/ports';
import { plan } from '../../../lambda-src/functions/plan/plan';
import { register } from '../../../lambda-src/functions/register/register';
import { targetCampaign } from '../../../lambda-src/functions/register/target-campaign';
import { turn } from '../../../lambda-src/functions/register/turn';
import { reportPage } from '../../../lambda-src/functions/report/page/page';
import { report } from '../../../lambda-src/functions/report/report';
import { sendShard } from '../../../lambda-src/functions/send/send-shard';
import { settleShard } from '../../../lambda-src/functions/settle/settle-shard';
import { Tracker } from '../../../lambda-src/functions/track/tracker';
import { FORMAT, type Recipient, type RunRef, type Settings, type ShardRef } from '../../../src/private/contract';
import { memoryBus } from '../../support/memory-bus';
import { memoryFiles } from '../../support/memory-files';
import { memorySes } from '../../support/memory-ses';
import { memoryStore } from '../../support/memory-store';
import { SETTINGS, TEMPLATES, TRACKING, uncounted, unlocked, urls } from '../../support/run';
import { sesAnswer } from '../../support/ses-answer';
import { eventOf } from '../../support/ses-event';
import { virtualClock } from '../../support/virtual-clock';

const rows = 60;
const people = Array.from({ length: rows }, (_, at) => ({
  to: `person${at}@private${at}.example.org`,
  name: `Secretname${at}`,
}));
/** Good rows, doubles, and rows that are wrong in each way that a row can be. */
const LIST = [
  'email,name',
  ...people.map(({ to, name }) => `${to},${name}`),
  `${people[0].to},Secretname0`,
  'secretbroken@@example.org,Secretname900',
  'secretempty@example.org,',
  'secretshort@example.org',
  'secretlong@example.org,Secretname901,Secretname902',
  '"=cmd|secret@example.org",Secretname903',
].join('\n');

const WORDS = /person\d|private\d|secret|@/i;

/** What SES says to whom: each kind of refusal that there is, with the address in its words. */
function sesSays(mail: Mail, request: number): Error | undefined {
  const words = (message: string) => `${message}: ${mail.to}, subject ${mail.subject}`;
  const said = (name: string, status: number, message: string) => sesAnswer(name, status, words(message));
  switch (request % 8) {
    case 1:
      return said('MessageRejected', 400, 'Address blacklisted');
    case 2:
      return said('BadRequestException', 400, 'Illegal address');
    case 3:
      return said('TooManyRequestsException', 429, 'Maximum sending rate exceeded');
    case 4:
      return said('InternalServiceErrorException', 500, 'Internal failure');
    case 5:
      return Object.assign(new Error(words('socket hang up')), { code: 'ECONNRESET' });
    default:
      return undefined;
  }
}

/** A run from its upload to its second report, by the real functions, logged as in Lambda. */
async function wholeRun(settings: Settings, stop?: (mail: Mail) => Error | undefined) {
  const logged: string[] = [];
  const payloads: unknown[] = [];
  const told: string[] = [];
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    jest.spyOn(process[stream], 'write').mockImplementation((chunk) => {
      logged.push(String(chunk));
      return true;
    }),
  );
  try {
    const files = memoryFiles('lists');
    const store = memoryStore();
    const bus = memoryBus();
    const clock = virtualClock(Date.parse('2026-11-25T01:00:00Z'));
    const notices = { publish: async (subject: string, text: string) => void told.push(subject, text) };
    let ids = 0;
    const ports = {
      files,
      store,
      bus,
      clock,
      notices,
      log: logger,
      metrics: uncounted,
      newId: () => `id-${++ids}`,
      random: () => 0.5,
    };
    const list = files.upload('campaigns/may.csv', LIST);
    const call = async <I, O>(input: I, fn: (given: I) => Promise<O>): Promise<O> => {
      payloads.push(input);
      const output = await redactErrors(fn)(input).catch((error: Error) => {
        payloads.push({ error: error.message, stack: error.stack });
        throw error;
      });
      payloads.push(output);
      return output;
    };
    const { bucket, key, size, etag } = list;
    const event = {
      time: '2026-11-25T01:00:00Z',
      detail: { bucket: { name: bucket }, object: { key, size, etag, sequencer: '00A1' } },
    };
    const { run } = await call(
      { v: FORMAT, execution: 'arn:1', startedAt: '2026-11-25T01:00:00.000Z', event },
      (input) =>
        register(input, {
          ...{ ...ports, settings, bucket: 'lists', locked: unlocked },
          targetCampaign: (upload) => targetCampaign(upload, files),
        }),
    );
    const registered = run as RunRef;
    const planned = await call({ v: FORMAT, run: registered } as const, (input) =>
      plan(input, { ...ports, ses: memorySes({ maxPerSecond: 1000 }), settings, templates: async () => TEMPLATES }),
    );
    const asked = { v: FORMAT, execution: 'arn:1', run: registered, plan: planned, turn: {} } as const;
    const executions = { hasEnded: async () => false };
    const turned = await call(asked, (input) => turn(input, { ...ports, executions }));
    const ref = turned.run as RunRef;
    const recipients: Recipient[] = [];
    const sent: { to: string; messageId: string; claimId?: string }[] = [];
    if (planned.decision === 'send') {
      for (const shard of await files.lines<ShardRef>(planned.shardList)) {
        recipients.push(...(await files.lines<Recipient>(shard.key)).slice(1));
        await store.write(optOut(recipients[0], 'general', { at: 'x', source: 'page' }));
        const ses = memorySes({ maxPerSecond: 1000 }, undefined, { answers: stop ?? sesSays, now: clock.now });
        for (let rounds = 0; rounds < 3; rounds++) {
          await call({ v: FORMAT, run: ref, shard, rounds } as const, (input) =>
            sendShard(input, { ...ports, ses, configurationSet: 'mm', consentUrls: urls, remaining: () => 900_000 }),
          );
        }
        sent.push(...ses.accepted);
        clock.set(clock.now() + 3_600_000);
        await call({ v: FORMAT, run: ref, shard, rounds: 0 } as const, (input) => settleShard(input, ports));
      }
      const tracker = new Tracker({ ...ports, settings: TRACKING });
      for (const [at, { to, messageId }] of sent.entries()) {
        const recipient = recipients.find((one) => one.to === to)!;
        const happened = (['delivery', 'hard-bounce', 'complaint', 'soft-bounce'] as const)[at % 4];
        await tracker.take({ messageId: 'q', body: eventOf({ ...recipient, to, messageId }, happened), received: 1 });
        // A second message for somebody, and one whom the ledger does not know.
        if (at < 2)
          await tracker.take({
            messageId: 'q',
            body: eventOf({ ...recipient, to, messageId: `x${at}` }, 'send'),
            received: 1,
          });
        await tracker.take({
          messageId: 'q',
          body: eventOf({ ...recipient, sk: 'unknown', to, messageId }, 'send'),
          received: 1,
        });
      }
      await tracker.end();
    }
    for (const tracked of [false, true])
      await call({ v: FORMAT, run: ref, plan: planned, tracked } as const, (input) =>
        report(input, { ...ports, trackSeconds: 60, pageOf: async (summary) => reportPage(summary, []) }),
      );
    return {
      logged: logged.join(''),
      payloads: JSON.stringify(payloads),
      told: told.join('\n'),
      bus: JSON.stringify(bus.events),
      files,
    };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const forgiving: Settings = {
  ...SETTINGS,
  intake: { ...SETTINGS.intake, maxInvalidPercent: 50 },
  limits: { maxRefusedPercent: 100 },
};

test.each<[string, Settings, ((mail: Mail) => Error | undefined) | undefined]>([
  [
    'in which SES refuses, throttles, breaks down and loses answers, with the address in its words',
    forgiving,
    undefined,
  ],
  [
    'that its brake pauses',
    { ...forgiving, limits: { maxRefusedPercent: 1 } },
    (mail) => sesAnswer('BadRequestException', 400, `Illegal address ${mail.to}`),
  ],
  [
    'that SES stops, as of an account in the sandbox',
    forgiving,
    (mail) =>
      sesAnswer(
        'MessageRejected',
        400,
        `Email address is not verified. The following identities failed the check in region X: ${mail.to}`,
      ),
  ],
  [
    'whose quota is spent',
    forgiving,
    (mail) => sesAnswer('LimitExceededException', 400, `Daily message quota exceeded: ${mail.to}`),
  ],
  ['whose list is rejected', { ...forgiving, intake: { ...forgiving.intake, maxInvalidPercent: 0 } }, undefined],
])(
  'a whole run %s: no address and no cell is in a log, a payload of the state machine, a notice or on the bus',
  async (_, settings, stop) => {
    const { logged, payloads, told, bus, files } = await wholeRun(settings, stop);
    // They are where they belong.
    expect([...files.objects.values()].join('')).toContain('secretempty@example.org');
    expect(logged).toContain('"message":"reported"');
    for (const text of [logged, payloads, told, bus]) expect(WORDS.exec(text)?.[0]).toBeUndefined();
  },
);
