import { deployed } from './world/deployed';
import { Execution, type Services, StateError } from './world/execution';
import { NONE } from './world/faults';
import { parseMachine } from './world/states';
import { World } from './world/world';

const ALL = ['States.ALL'];
const retry = [{ ErrorEquals: ALL, IntervalSeconds: 2, MaxAttempts: 2, BackoffRate: 3 }];

/** Runs a definition to its end. */
async function ran(
  definition: object,
  input: unknown,
  answer: (input: unknown, call: number) => unknown,
  objects: Record<string, string> = {},
) {
  const world = new World(1, NONE);
  const calls: { input: unknown; at: number }[] = [];
  const services: Services = {
    world,
    invoke: async (_id, given) => {
      calls.push({ input: given, at: world.now });
      return answer(given, calls.length);
    },
    followUp: () => {},
    read: (key) => objects[key],
    onBug: (error) => {
      throw error;
    },
  };
  const execution = new Execution('e', parseMachine(JSON.stringify(definition)), services);
  execution.start(input);
  await world.run(1000);
  return { execution, calls };
}

test('a task is called again as its Retry says, and then its Catch takes over', async () => {
  const machine = {
    StartAt: 'Try',
    States: {
      Try: {
        Type: 'Task',
        Resource: 'f',
        Retry: retry,
        Catch: [{ ErrorEquals: ALL, ResultPath: '$.failure', Next: 'Tell' }],
        Next: 'Done',
      },
      Tell: { Type: 'Task', Resource: 'f', ResultPath: '$.told', Next: 'Failed' },
      Failed: { Type: 'Fail', Error: 'E', Cause: 'c' },
      Done: { Type: 'Succeed' },
    },
  };
  const { execution, calls } = await ran(machine, { a: 1 }, (_, call) => {
    if (call < 4) throw new StateError('Broken', `call ${call}`);
    return {};
  });
  expect(calls.map(({ input }) => input)).toEqual([
    { a: 1 },
    { a: 1 },
    { a: 1 },
    { a: 1, failure: { Error: 'Broken', Cause: 'call 3' } },
  ]);
  expect(calls[1]!.at - calls[0]!.at).toBe(2000);
  expect(calls[2]!.at - calls[1]!.at).toBe(6000);
  expect(execution.status).toBe('failed');
});

test('a map runs its children side by side, waits, and tolerates what it is told to', async () => {
  const machine = (tolerated: number) => ({
    StartAt: 'Map',
    States: {
      Map: {
        Type: 'Map',
        ItemReader: {
          Resource: 'r',
          ReaderConfig: { InputType: 'JSONL' },
          Parameters: { Bucket: 'b', 'Key.$': '$.key' },
        },
        ItemSelector: { item: 'literal', 'value.$': '$$.Map.Item.Value', round: { rounds: 0 } },
        ItemProcessor: {
          StartAt: 'Work',
          States: {
            Work: { Type: 'Task', Resource: 'f', ResultPath: '$.round', Next: 'Ended' },
            Ended: {
              Type: 'Choice',
              Choices: [{ Variable: '$.round.done', BooleanEquals: true, Next: 'Done' }],
              Default: 'Wait',
            },
            Wait: { Type: 'Wait', SecondsPath: '$.round.waitSeconds', Next: 'Work' },
            Done: { Type: 'Pass', Result: {}, End: true },
          },
        },
        MaxConcurrencyPath: '$.workers',
        ToleratedFailurePercentage: tolerated,
        ResultPath: null,
        End: true,
      },
    },
  });
  const answer = (input: unknown) => {
    const { value, round } = input as { value: { n: number }; round: { done?: boolean } };
    if (value.n === 3) throw new StateError('Broken', 'three');
    return { done: round.done !== undefined, waitSeconds: 60 };
  };
  const objects = { list: '{"n":1}\n{"n":2}\n{"n":3}\n' };
  const { execution, calls } = await ran(machine(100), { key: 'list', workers: 2 }, answer, objects);
  expect(execution.status).toBe('succeeded');
  expect(calls).toHaveLength(5);
  expect(calls[0]!.input).toEqual({ item: 'literal', value: { n: 1 }, round: { rounds: 0 } });
  expect(Math.abs(calls[1]!.at - calls[0]!.at)).toBeLessThan(1000);
  expect(calls.at(-1)!.at - calls[0]!.at).toBeGreaterThan(60_000);

  expect((await ran(machine(30), { key: 'list', workers: 2 }, answer, objects)).execution.status).toBe('failed');
  expect((await ran(machine(100), { key: 'none', workers: 2 }, answer, objects)).execution.status).toBe('failed');
});

test('what it does not know is an error, and the mailer uses nothing of that', () => {
  const state = (more: object) =>
    JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Task', Resource: 'f', ...more } } });
  expect(() => parseMachine(state({ TimeoutSeconds: 5 }))).toThrow('TimeoutSeconds');
  expect(() => parseMachine(state({ Retry: [{ ...retry[0], ErrorEquals: ['Other'] }] }))).toThrow('States.ALL');
  expect(() => parseMachine(state({ Type: 'Parallel' }))).toThrow('Parallel');
  const { definition, functions } = deployed();
  expect(Object.keys(parseMachine(definition).States)).toContain('Register');
  const rooms = Object.values(functions).map(({ functionName }) => functionName);
  expect(rooms.sort()).toEqual(['plan', 'register', 'report', 'review', 'send', 'settle', 'track']);
  expect(Object.keys(parseMachine(deployed({ approval: true }).definition).States)).toContain('Approval');
});
