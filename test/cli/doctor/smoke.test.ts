import { findingOf, hasExpectedEvent, listOf, type Probe, probesOf } from '../../../cli/doctor/simulator';
import { type WatchPorts, watch } from '../../../cli/doctor/watch';
import { run } from '../../../cli/verbs/doctor';
import { parseAddress } from '../../../lambda-src/domain/address/parse-address';
import type { Mailing } from '../../../lambda-src/domain/ledger/history';
import { virtualClock } from '../../support/virtual-clock';

const probes = probesOf('20261126t1');
const [success, bounce, complaint, , held] = probes as unknown as readonly Probe[];

const sent = (...facts: string[]): Mailing => ({
  campaign: 'bucket/smoke',
  run: 1,
  row: 1,
  state: 'sent',
  messageId: 'm',
  events: Object.fromEntries(facts.map((fact, at) => [fact, `2026-11-26T02:00:0${at}Z`])),
});

test('only the simulator is mailed, each of its mailboxes under a label of this time alone', () => {
  expect(probes.map(({ address }) => address)).toEqual(
    ['success', 'bounce', 'complaint', 'ooto', 'suppressionlist'].map(
      (mailbox) => `${mailbox}+20261126t1@simulator.amazonses.com`,
    ),
  );
  for (const { address } of probes) expect(parseAddress(address)).toMatchObject({ address });
});

test('the list has the columns that were given, as the mailer reads a list', () => {
  const columns = new Map([
    ['name', '+41, "Ann"'],
    ['city', ''],
  ]);
  const [header, first] = listOf(probes, columns).replace('\uFEFF', '').split('\n');
  expect(header).toBe('email,name,city');
  expect(first).toBe(`${success!.address},"+41, ""Ann""",`);
  const other = listOf(probes, columns, { emailColumn: 'Mail an', delimiter: ';' });
  expect(other.replace('\uFEFF', '').split('\n')[0]).toBe('Mail an;name;city');
});

test.each([
  [['--column', 'name=Ann'], /are of --smoke/],
  [['--smoke', '--column', 'name'], /got "name", allowed is NAME=VALUE/],
  [['--smoke', '--column', 'name=Ann', '--column', 'name=Bob'], /each name once/],
  [['--smoke', '--column', 'MailMatrix campaign=mailer/june'], /none that begins with mailmatrix_/],
  [['--smoke', '--timeout', '0'], /--timeout: got "0"/],
])('%j is refused before anything is asked', async (args, message) => {
  await expect(run(args, process)).rejects.toThrow(message);
});

describe('what is heard', () => {
  test.each([
    [success, sent('accepted', 'delivered'), true],
    [success, sent('accepted'), false],
    [bounce, sent('accepted', 'bounced'), true],
    [complaint, sent('delivered'), false],
    [complaint, sent('delivered', 'complained'), true],
    [held, sent('suppressed_by_ses'), true],
    [held, undefined, false],
  ])('%#', (probe, mailing, expected) => {
    expect(hasExpectedEvent(probe!, mailing)).toBe(expected);
  });

  test.each([
    [
      { probe: complaint!, mailing: sent('delivered', 'complained'), seconds: 4 },
      'ok',
      /^complaint\+\w+@simulator\.amazonses\.com: expected complained; came delivered, complained; 4 s$/,
    ],
    [
      { probe: complaint!, mailing: sent('delivered') },
      'error',
      /expected complained; came delivered, within 5 minutes/,
    ],
    [{ probe: held!, mailing: sent() }, 'error', /expected suppressed by ses or bounced; came nothing, within/],
    [{ probe: success! }, 'error', /came nothing: no mail was sent: nobody tried/],
    [
      { probe: success!, mailing: { ...sent(), state: 'refused', reason: 'MessageRejected' } },
      'error',
      /MessageRejected/,
    ],
    [{ probe: success!, mailing: { ...sent(), state: 'in_doubt' } }, 'error', /in doubt/],
  ] as const)('%#', (result, level, says) => {
    const { address, expected } = result.probe;
    expect(findingOf(result, '5 minutes', 'smoke-1')).toMatchObject({
      level,
      says: expect.stringMatching(says),
      address,
      expected,
    });
  });
});

/** A ledger that says of each address, from a second on, what is given last. */
function following(said: Record<string, readonly (readonly [second: number, mailing: Mailing])[]>, ends = 2) {
  const clock = virtualClock();
  const since = clock.now();
  const now = () => (clock.now() - since) / 1000;
  const ports: WatchPorts = {
    clock,
    ended: async () => now() >= ends,
    halted: async () => undefined,
    mailing: async (address) => said[address]?.filter(([second]) => second <= now()).at(-1)?.[1],
  };
  const run = (more: Partial<WatchPorts> = {}) =>
    watch([success!, complaint!], { since, timeout: 10_000 }, { ...ports, ...more });
  return { run, now };
}

test('each is followed until it is heard, however late, while anything new comes', async () => {
  const { run } = following({
    [success!.address]: [
      [1, sent()],
      [3, sent('delivered')],
    ],
    [complaint!.address]: [
      [1, sent()],
      [9, sent('delivered')],
      [18, sent('delivered', 'complained')],
    ],
  });
  expect((await run()).results.map(({ seconds }) => seconds)).toEqual([3, 18]);
});

test('it is given up once nothing new came for the time given', async () => {
  const { run, now } = following({
    [success!.address]: [[3, sent('delivered')]],
    [complaint!.address]: [
      [1, sent()],
      [4, sent('delivered')],
    ],
  });
  const { results } = await run();
  expect(results.map(({ seconds }) => seconds)).toEqual([3, undefined]);
  expect(now()).toBe(14);
});

test('nobody is waited for of whom nothing can come: the run is over, and the mail was not sent', async () => {
  const { run, now } = following({ [success!.address]: [[1, sent('delivered')]] });
  expect((await run()).results[1]).toEqual({ probe: complaint, mailing: undefined });
  expect(now()).toBe(2);
});

test('a run that waits is said at once', async () => {
  const { run, now } = following({}, 3600);
  const halted = async () => 'waits for its approval';
  expect(await run({ halted })).toMatchObject({ halted: 'waits for its approval' });
  expect(now()).toBe(0);
});
