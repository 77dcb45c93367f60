import type { Bucket } from './bucket';
import type { Deployed } from './deployed';
import { Execution } from './execution';
import type { Functions } from './functions';
import { type Machine, parseMachine } from './states';
import type { World } from './world';

export interface AroundExecutions {
  readonly world: World;
  /** As it is deployed at the moment. */
  bucket(): Bucket;
  readonly functions: Functions;
  readonly deployed: Deployed;
  readonly onBug: (error: Error) => void;
  /** Begins their names. */
  readonly called?: string;
}

const machines = new Map<string, Machine>();

function machineOf(definition: string): Machine {
  const machine = machines.get(definition) ?? parseMachine(definition);
  machines.set(definition, machine);
  return machine;
}

/** The executions of the deployed machines. */
export class Executions {
  readonly all: Execution[] = [];
  /** By name: each reports a run again. */
  readonly followUps = new Map<string, Execution>();

  constructor(private readonly around: AroundExecutions) {}

  get running(): readonly Execution[] {
    return [...this.all, ...this.followUps.values()].filter(({ status }) => status === 'running');
  }

  statusOf(id: string): Execution['status'] | undefined {
    return this.all.find((execution) => execution.id === id)?.status;
  }

  hasEnded(id: string): boolean {
    return this.statusOf(id) !== 'running';
  }

  /** Whether an execution's run was reported once more. */
  followedUp(id: string): boolean {
    return this.followUps.get(id)?.status === 'succeeded';
  }

  start(input: unknown): Execution {
    const { world, deployed, called = '' } = this.around;
    const execution = this.made(`${called}execution-${this.all.length + 1}`, deployed.definition);
    this.all.push(execution);
    world.tell(() => `${execution.id} starts: ${JSON.stringify(input)}`);
    world.after(world.soon(), () => execution.start(input));
    return execution;
  }

  stopLast(): void {
    this.all
      .filter(({ status }) => status === 'running')
      .at(-1)
      ?.abort();
  }

  private followUp(name: string, input: unknown): void {
    const { world, deployed } = this.around;
    if (this.followUps.has(name)) return;
    const execution = this.made(`follow-up of ${name}`, deployed.followUp);
    this.followUps.set(name, execution);
    world.after(world.soon(), () => execution.start(input));
  }

  private made(name: string, definition: string): Execution {
    const { world, functions, onBug } = this.around;
    const bucket = this.around.bucket();
    return new Execution(name, machineOf(definition), {
      world,
      invoke: (functionId, payload) => functions.invoke(functionId, payload),
      followUp: (of, payload) => this.followUp(of, payload),
      read: (key) => bucket.objects.get(key),
      onBug,
    });
  }
}
