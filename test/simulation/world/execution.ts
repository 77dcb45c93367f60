import type { Choice, Machine, MapState, State, Task, Wait } from './states';
import type { World } from './world';

export interface Services {
  readonly world: World;
  /** Calls a function; rejects with a `StateError`. */
  invoke(functionId: string, input: unknown): Promise<unknown>;
  /** Starts the machine that reports a run again; the same name again is no other execution. */
  followUp(name: string, input: unknown): void;
  /** An object of the bucket. */
  read(key: string): string | undefined;
  /** An error of the simulation itself. */
  onBug(error: Error): void;
}

export class StateError extends Error {
  constructor(
    readonly error: string,
    readonly cause: string,
  ) {
    super(`${error}: ${cause}`);
  }
}

type Data = { readonly [name: string]: unknown };

/**
 * One execution of a Standard state machine: every state is entered exactly once, however long a call takes; a Retry
 * calls again, whether or not the call before is still alive.
 */
export class Execution {
  status: 'running' | 'succeeded' | 'failed' | 'aborted' = 'running';
  readonly startTime: string;

  constructor(
    readonly id: string,
    private readonly machine: Machine,
    private readonly services: Services,
  ) {
    this.startTime = new Date(services.world.now).toISOString();
  }

  start(input: unknown): void {
    const context = { Execution: { Id: this.id, Name: this.id, StartTime: this.startTime } };
    this.walk(this.machine, input, context).then(
      () => this.end('succeeded'),
      (error) => {
        if (!(error instanceof StateError)) this.services.onBug(error as Error);
        this.end('failed');
      },
    );
  }

  /** No state is entered any more; functions that run go on running. */
  abort(): void {
    this.end('aborted');
  }

  private end(status: 'succeeded' | 'failed' | 'aborted'): void {
    if (this.status !== 'running') return;
    this.status = status;
    this.services.world.tell(() => `${this.id} ${status}`);
  }

  private async walk(machine: Machine, input: unknown, context: Data): Promise<unknown> {
    let data = input;
    for (let name: string | undefined = machine.StartAt; name !== undefined; ) {
      await this.pause(this.services.world.soon());
      const state: State = machine.States[name]!;
      switch (state.Type) {
        case 'Succeed':
          return data;
        case 'Fail':
          throw new StateError(state.Error, state.Cause);
        case 'Choice':
          name = state.Choices.find((choice) => holds(choice, data))?.Next ?? state.Default;
          break;
        case 'Wait':
          await this.pause(this.waitOf(state, data, context));
          name = state.Next;
          break;
        case 'Pass':
          data = placed(state.InputPath ? at(state.InputPath, data, context) : state.Result, state.ResultPath, data);
          name = state.Next;
          break;
        case 'Task':
        case 'Map':
          try {
            data = placed(await this.guarded(state, data, context), state.ResultPath, data);
            name = state.Next;
          } catch (error) {
            const catcher = state.Catch?.[0];
            if (!(error instanceof StateError) || !catcher) throw error;
            data = placed({ Error: error.error, Cause: error.cause }, catcher.ResultPath, data);
            name = catcher.Next;
          }
      }
    }
    return data;
  }

  /** A state with its retries. */
  private async guarded(state: Task | MapState, data: unknown, context: Data): Promise<unknown> {
    for (let retries = 0; ; retries++) {
      try {
        return await (state.Type === 'Task' ? this.call(state, data, context) : this.map(state, data, context));
      } catch (error) {
        const retrier = state.Retry?.[0];
        if (!(error instanceof StateError) || !retrier || retries >= retrier.MaxAttempts) throw error;
        const seconds = retrier.IntervalSeconds * retrier.BackoffRate ** retries;
        await this.pause(1000 * seconds * (retrier.JitterStrategy === 'FULL' ? this.services.world.random() : 1));
      }
    }
  }

  /** In milliseconds; a time that is past is no wait. */
  private waitOf(state: Wait, data: unknown, context: Data): number {
    if ('SecondsPath' in state) return 1000 * Number(at(state.SecondsPath, data, context));
    return Math.max(0, Date.parse(String(at(state.TimestampPath, data, context))) - this.services.world.now);
  }

  private call(state: Task, data: unknown, context: Data): Promise<unknown> {
    const input = state.Parameters === undefined ? data : filled(state.Parameters, data, context);
    if (state.Resource.endsWith(':states:startExecution')) {
      const { Name, Input } = input as { readonly Name: string; readonly Input: unknown };
      return this.alive(this.started(Name, Input));
    }
    return this.alive(this.services.invoke(state.Resource, input));
  }

  /** Started, its answer may be lost all the same. */
  private async started(name: string, input: unknown): Promise<unknown> {
    const { world, followUp } = this.services;
    const { failed, disowned } = world.faults.invoke;
    if (world.chance(failed)) throw new StateError('StepFunctions.ExecutionLimitExceeded', 'not now');
    followUp(name, input);
    if (world.chance(disowned)) throw new StateError('StepFunctions.SdkClientException', 'the connection was closed');
    return {};
  }

  private async map(state: MapState, data: unknown, context: Data): Promise<unknown> {
    const { world, read } = this.services;
    const key = String(at(state.ItemReader.Parameters['Key.$'], data, context));
    const body = world.chance(world.faults.unreadable) ? undefined : read(key);
    if (body === undefined) throw new StateError('States.ItemReaderFailed', key);
    const items = body
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown);

    const limit = Number(state.MaxConcurrency ?? at(state.MaxConcurrencyPath!, data, context)) || items.length;
    let failed = 0;
    const children = async () => {
      for (let item = items.shift(); item !== undefined; item = items.shift()) {
        const selected = filled(state.ItemSelector, data, { ...context, Map: { Item: { Value: item } } });
        try {
          await this.walk(state.ItemProcessor, selected, context);
        } catch (error) {
          if (!(error instanceof StateError)) throw error;
          failed++;
        }
      }
    };
    const all = items.length;
    await Promise.all(Array.from({ length: Math.min(limit, all) }, children));
    if (failed * 100 > (state.ToleratedFailurePercentage ?? 0) * all) {
      throw new StateError('States.ExceedToleratedFailureThreshold', `${failed} of ${all} failed`);
    }
    return [];
  }

  private pause(milliseconds: number): Promise<void> {
    return this.alive(new Promise((resolve) => this.services.world.after(milliseconds, resolve)));
  }

  /** Never settles once the execution is aborted. */
  private alive<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      promise.then(
        (value) => this.status === 'running' && resolve(value),
        (error) => this.status === 'running' && reject(error),
      );
    });
  }
}

const paths = new Map<string, readonly string[]>();

function namesIn(path: string): readonly string[] {
  const known = paths.get(path);
  if (known) return known;
  const names = path.split('.');
  if (names[0] !== '$' && names[0] !== '$$') throw new Error(`not a path: ${path}`);
  paths.set(path, names);
  return names;
}

function at(path: string, data: unknown, context: Data): unknown {
  const names = namesIn(path);
  let value: unknown = names[0] === '$' ? data : context;
  for (let at = 1; at < names.length; at++) {
    value = (value as Data | undefined)?.[names[at]!];
    if (value === undefined) throw new StateError('States.ParameterPathFailure', path);
  }
  return value;
}

/** A payload template with its paths replaced. */
function filled(template: unknown, data: unknown, context: Data): unknown {
  if (Array.isArray(template)) return template.map((part) => filled(part, data, context));
  if (typeof template !== 'object' || template === null) return template;
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(template)) {
    if (name.endsWith('.$')) result[name.slice(0, -2)] = at(value, data, context);
    else result[name] = filled(value, data, context);
  }
  return result;
}

function placed(result: unknown, path: string | null | undefined, data: unknown): unknown {
  if (path === null) return data;
  if (path === undefined || path === '$') return result;
  if (!/^\$\.\w+$/.test(path)) throw new Error(`the simulation does not know the ResultPath ${path}`);
  return { ...(data as Data), [path.slice(2)]: result };
}

function isThere(path: string, data: unknown): boolean {
  try {
    return at(path, data, {}) !== undefined;
  } catch (error) {
    if (error instanceof StateError) return false;
    throw error;
  }
}

function holds(choice: Choice, data: unknown): boolean {
  if ('IsPresent' in choice) return isThere(choice.Variable, data) === choice.IsPresent;
  const value = at(choice.Variable, data, {});
  return value === ('StringEquals' in choice ? choice.StringEquals : choice.BooleanEquals);
}
