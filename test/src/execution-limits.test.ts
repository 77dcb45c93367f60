import { LONGEST_QUEUE, queueSeconds } from '../../lambda-src/functions/register/turn';
import { approvalSeconds } from '../../lambda-src/functions/review/approval';
import { deployed } from '../simulation/world/deployed';
import { Execution } from '../simulation/world/execution';
import { NONE } from '../simulation/world/faults';
import { parseMachine, type State } from '../simulation/world/states';
import { World } from '../simulation/world/world';
import { runRef } from '../support/run';

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html: events of one execution, and its time. */
const MOST_EVENTS = 25_000;
const YEAR = 365 * 86_400;
/** Entered, exited, and of a task scheduled, started and succeeded. */
const EVENTS: { readonly [type in State['Type']]?: number } = { Task: 5, Map: 6, Choice: 2, Wait: 2, Pass: 2 };
const DAY = 86_400;

const { definition, functions } = deployed({ approval: true });

test('the longest approval, start time and queue are within the history and the time of an execution', async () => {
  const machine = parseMachine(definition);
  let events = 0;
  const States = new Proxy(machine.States, {
    get: (states, name: string) => {
      events += EVENTS[states[name]!.Type] ?? 2;
      return states[name];
    },
  });
  const world = new World(1, NONE);
  const begun = world.now;
  const asked: { [what: string]: number } = {};
  const since = (what: string) => {
    asked[what] ??= world.now;
    return (world.now - asked[what]) / 1000;
  };
  const run = runRef();
  let over = 0;
  const answers: { readonly [room: string]: (input: object) => object } = {
    register: (input) => {
      if (!('turn' in input)) return { v: 1, decision: 'run', run };
      const waited = since('turn');
      over = waited >= LONGEST_QUEUE ? world.now : over;
      return { decision: over ? 'over' : 'wait', waitSeconds: Math.ceil(queueSeconds(waited)), since: 0 };
    },
    plan: () => ({
      decision: 'send',
      shardList: 'shards.jsonl',
      workers: 1,
      sendAt: new Date(begun + 180 * DAY * 1000).toISOString(),
    }),
    review: () => {
      const waited = since('approval');
      const done = waited >= 14 * DAY - 1;
      const waitSeconds = Math.ceil(Math.max(1, Math.min(approvalSeconds(waited), 14 * DAY - waited)));
      return { done, approved: done, waitSeconds, rounds: 0 };
    },
    settle: () => ({ done: true, waitSeconds: 1, rounds: 1 }),
    report: () => ({ track: false }),
  };
  const execution = new Execution(
    'e',
    { ...machine, States },
    {
      world,
      invoke: async (id, input) => answers[functions[id]!.functionName]!(input as object),
      followUp: () => {},
      read: () => '{"shard":1}\n',
      onBug: (error) => {
        throw error;
      },
    },
  );
  execution.start({});
  await world.run(100_000);
  expect(execution.status).toBe('succeeded');
  expect(over - begun).toBeGreaterThanOrEqual((180 + 90) * DAY * 1000);
  expect(events).toBeLessThan(MOST_EVENTS);
  // A child that is paused ends after four weeks at the latest.
  expect((world.now - begun) / 1000 + 28 * DAY).toBeLessThan(YEAR);
});
