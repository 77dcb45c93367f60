import { deployed } from '../../simulation/world/deployed';
import { Execution, StateError } from '../../simulation/world/execution';
import { NONE } from '../../simulation/world/faults';
import { type MapState, parseMachine, type Task } from '../../simulation/world/states';
import { World } from '../../simulation/world/world';
import { runRef } from '../../support/run';

/** The machine that is deployed, without and with an approval. */
const PLAIN = deployed();
const ASKING = deployed({ approval: true });

type Answer = object | ((input: never) => unknown);

const RUN = { v: 1, decision: 'run', run: runRef() };
const SENDS = { v: 1, decision: 'send', shardList: 'shards.jsonl', workers: 3 };
const DONE = { done: true, waitSeconds: 1, rounds: 1 };
/** Functions under which all goes well. */
const WELL: { readonly [name: string]: Answer } = {
  register: (input: { turn?: object }) => ('turn' in input ? { decision: 'taken', run: runRef(2) } : RUN),
  plan: SENDS,
  send: DONE,
  settle: DONE,
  report: { track: false },
  review: { done: true, approved: true, waitSeconds: 1, rounds: 1 },
};

/** Every call in its order, with its input, and how the execution ended. */
async function ran(of: typeof PLAIN, answers: { readonly [name: string]: Answer } = {}, shards = 1) {
  const world = new World(1, NONE);
  const calls: { readonly name: string; readonly input: Record<string, unknown>; readonly at: number }[] = [];
  const followUps: unknown[] = [];
  const underWay: Record<string, number> = {};
  const most: Record<string, number> = {};
  const execution = new Execution('e', parseMachine(of.definition), {
    world,
    invoke: async (id, input) => {
      const { functionName: name } = of.functions[id]!;
      calls.push({ name, input: input as Record<string, unknown>, at: world.now });
      underWay[name] = (underWay[name] ?? 0) + 1;
      most[name] = Math.max(most[name] ?? 0, underWay[name]);
      await new Promise<void>((resolve) => world.after(1_000, resolve));
      underWay[name] -= 1;
      const answer = { ...WELL, ...answers }[name]!;
      return typeof answer === 'function' ? (answer as (input: unknown) => unknown)(input) : answer;
    },
    followUp: (name, input) => void followUps.push({ name, input }),
    read: () => Array.from({ length: shards }, (_, at) => `{"shard":${at + 1}}\n`).join(''),
    onBug: (error) => {
      throw error;
    },
  });
  execution.start({ detail: {} });
  await world.run(1_000_000);
  return {
    calls,
    names: calls.map(({ name }) => name),
    status: execution.status,
    followUps,
    most: (name: string) => most[name],
  };
}

const broken = () => {
  throw new StateError('Lambda.Unknown', 'the function died');
};
const once = (names: readonly string[]): string[] => names.filter((name, at) => name !== names[at - 1]);

test('a run goes from Register through Plan, the turn, Send and Settle to its report', async () => {
  const { names, calls, status, followUps } = await ran(PLAIN);
  expect([names, status]).toEqual([['register', 'plan', 'register', 'send', 'settle', 'report'], 'succeeded']);
  const [, plan, turn, send, settle, report] = calls.map(({ input }) => input);
  expect(plan).toEqual({ v: 1, run: runRef() });
  expect(turn).toMatchObject({ run: runRef(), plan: SENDS, turn: {} });
  // From the turn on it is the run that has a sending number.
  for (const input of [send, settle]) expect(input).toMatchObject({ run: runRef(2), shard: { shard: 1 }, rounds: 0 });
  expect(send).not.toHaveProperty('resent');
  expect(settle).toHaveProperty('resent', false);
  expect(report).toMatchObject({ run: runRef(2), plan: SENDS });
  expect(followUps).toEqual([]);
});

test('a run whose email is tracked is reported again by the follow-up, once under its name', async () => {
  const { followUps, status } = await ran(PLAIN, { report: { track: true, trackSeconds: 60 } });
  expect(followUps).toMatchObject([{ name: 'e', input: { run: runRef(2), plan: SENDS, seconds: 60 } }]);
  expect(status).toBe('succeeded');
});

describe('what does not reach Send', () => {
  const reached = async (of: typeof PLAIN, answers: { readonly [name: string]: Answer }) =>
    once((await ran(of, answers)).names);

  test('a duplicate event ends at Register', async () => {
    expect(await reached(PLAIN, { register: { decision: 'duplicate' } })).toEqual(['register']);
  });

  test('a list that Register or Plan rejects is reported', async () => {
    expect(await reached(PLAIN, { register: { ...RUN, decision: 'rejected' } })).toEqual(['register', 'report']);
    expect(await reached(PLAIN, { plan: { ...SENDS, decision: 'rejected' } })).toEqual(['register', 'plan', 'report']);
    expect(await reached(ASKING, { plan: { ...SENDS, decision: 'rejected' } })).toEqual(['register', 'plan', 'report']);
  });

  test('a run that is over before its turn is settled and reported', async () => {
    const register = (input: object) => ('turn' in input ? { decision: 'over' } : RUN);
    expect(await reached(PLAIN, { register })).toEqual(['register', 'plan', 'register', 'settle', 'report']);
  });

  test('a run that is not approved is settled and reported', async () => {
    const review = { done: true, approved: false, waitSeconds: 1, rounds: 1 };
    expect(await reached(ASKING, { review })).toEqual(['register', 'plan', 'review', 'settle', 'report']);
  });

  test('a run that nobody has answered for waits, and asks again with its rounds', async () => {
    let asked = 0;
    const review = () => {
      asked += 1;
      return { done: asked > 3, approved: false, waitSeconds: 60, rounds: asked };
    };
    const { calls, names } = await ran(ASKING, { review });
    const questions = calls.filter(({ name }) => name === 'review');
    expect(questions.map(({ input }) => [input.of, input.rounds])).toEqual([0, 1, 2, 3].map((n) => ['approval', n]));
    for (const [at, { at: time }] of questions.slice(1).entries())
      expect(time - questions[at]!.at).toBeGreaterThanOrEqual(60_000);
    expect(names).not.toContain('send');
  });

  test.each([
    ['register', ['register'], 'failed'],
    ['plan', ['register', 'plan', 'report'], 'failed'],
    ['review', ['register', 'plan', 'review', 'report'], 'failed'],
  ])('a run whose %s breaks, however often it is called again', async (name, path, status) => {
    const { names, ...ended } = await ran(ASKING, { [name]: broken });
    expect([once(names), ended.status]).toEqual([path, status]);
    // Five more calls.
    expect(names.filter((one) => one === name)).toHaveLength(6);
  });
});

test('an approved run is sent, with and without an approval that is deployed', async () => {
  expect((await ran(ASKING)).names).toEqual(['register', 'plan', 'review', 'register', 'send', 'settle', 'report']);
  expect((await ran(PLAIN)).names).not.toContain('review');
});

test('a start time is waited for between the approval and the turn', async () => {
  const begun = new World(1, NONE).now;
  const sendAt = new Date(begun + 3 * 3_600_000).toISOString();
  const { calls } = await ran(ASKING, { plan: { ...SENDS, sendAt } });
  const at = (name: string, nth = 0) => calls.filter((one) => one.name === name)[nth]!.at;
  expect(at('review')).toBeLessThan(begun + 60_000);
  expect(at('register', 1)).toBeGreaterThanOrEqual(begun + 3 * 3_600_000);
});

test('a run waits for its turn, and says at each question what it knew', async () => {
  let asked = 0;
  const register = (input: object) => {
    if (!('turn' in input)) return RUN;
    asked += 1;
    return asked < 3 ? { decision: 'wait', waitSeconds: 30, since: 5 } : { decision: 'taken', run: runRef(2) };
  };
  const { calls, names } = await ran(PLAIN, { register });
  expect(once(names)).toEqual(['register', 'plan', 'register', 'send', 'settle', 'report']);
  const turns = calls.filter(({ name, input }) => name === 'register' && 'turn' in input);
  expect(turns.map(({ input }) => input.turn)).toEqual([
    {},
    ...Array(2).fill({ decision: 'wait', waitSeconds: 30, since: 5 }),
  ]);
  expect(turns[1]!.at - turns[0]!.at).toBeGreaterThanOrEqual(30_000);
});

describe('the maps', () => {
  test.each([1, 2, 5])('as many children send at a time as Plan says that the rate needs: %d', async (workers) => {
    const { most } = await ran(PLAIN, { plan: { ...SENDS, workers } }, 12);
    expect(most('send')).toBe(workers);
  });

  test('ten children settle at a time', async () => {
    expect((await ran(PLAIN, {}, 25)).most('settle')).toBe(10);
  });

  test('children that fail, all of them, neither fail the run nor start the others again', async () => {
    const { names, status } = await ran(PLAIN, { send: broken, settle: broken }, 4);
    // Six calls for each of four shards.
    expect(names.filter((name) => name === 'send')).toHaveLength(24);
    expect(names.filter((name) => name === 'settle')).toHaveLength(24);
    expect([names.at(-1), status]).toEqual(['report', 'succeeded']);
  });

  test('a shard that is not done waits and is called again with its rounds; the others do not wait for it', async () => {
    const rounds: unknown[] = [];
    const send = ({ rounds: n, shard }: { rounds: number; shard: { shard: number } }) => {
      if (shard.shard === 1) rounds.push(n);
      return { done: shard.shard > 1 || n >= 2, waitSeconds: 100, rounds: n + 1 };
    };
    const { names } = await ran(PLAIN, { send }, 3);
    expect(rounds).toEqual([0, 1, 2]);
    expect(names.filter((name) => name === 'send')).toHaveLength(5);
  });

  test('doubts that are granted are resent by Send, and settled again, which knows of it', async () => {
    const settled: unknown[] = [];
    const settle = ({ resent, rounds }: { resent: boolean; rounds: number }) => {
      settled.push(resent);
      return resent
        ? { done: true, waitSeconds: 1, rounds }
        : { done: false, resend: true, resent: true, waitSeconds: 1, rounds };
    };
    const { names } = await ran(PLAIN, { settle });
    expect(names).toEqual(['register', 'plan', 'register', 'send', 'settle', 'send', 'settle', 'report']);
    expect(settled).toEqual([false, true]);
  });
});

test.each(['report', 'plan'])('a run of which %s breaks ends as failed, and its report says why', async (name) => {
  const { calls, status } = await ran(PLAIN, { [name]: broken });
  expect(status).toBe('failed');
  expect(calls.at(-1)).toMatchObject({ name: 'report', input: { failure: { Error: 'Lambda.Unknown' } } });
});

test('every task is called again, soon and not all at once, before its failure counts', () => {
  for (const { definition } of [PLAIN, ASKING]) {
    const { States } = parseMachine(definition);
    const maps = Object.values(States).filter((state): state is MapState => state.Type === 'Map');
    const all = [States, ...maps.map(({ ItemProcessor }) => ItemProcessor.States)].flatMap((states) =>
      Object.entries(states),
    );
    const tasks = all.filter(([, state]) => state.Type === 'Task') as [string, Task][];
    expect(tasks.length).toBeGreaterThanOrEqual(10);
    for (const [, { Retry }] of tasks)
      expect(Retry).toMatchObject([{ IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 5, JitterStrategy: 'FULL' }]);
  }
});

test('children are executions of their own, and what they return does not grow with the list', () => {
  const { States } = parseMachine(PLAIN.definition);
  for (const name of ['Send', 'Settle']) {
    const { ItemProcessor, ResultPath } = States[name] as MapState;
    expect(ItemProcessor.ProcessorConfig).toEqual({ Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' });
    expect(ResultPath).toBeNull();
    expect(ItemProcessor.States[`${name}ShardDone`]).toMatchObject({ Type: 'Pass', Result: {} });
  }
});

test('a draft is tested where its Plan says so, and reported', async () => {
  const register = { ...RUN, decision: 'draft' };
  const paths = async (decision: string) => (await ran(PLAIN, { register, plan: { decision } })).names;
  expect(await paths('draft')).toEqual(['register', 'plan', 'report']);
  expect(await paths('test')).toEqual(['register', 'plan', 'review', 'report']);
});
