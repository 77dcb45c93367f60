/** As much of the Amazon States Language as the mailer's state machine uses. What is not known here is not run past. */
export interface Machine {
  readonly StartAt: string;
  readonly States: { readonly [name: string]: State };
  readonly ProcessorConfig?: { readonly Mode: 'DISTRIBUTED'; readonly ExecutionType: 'STANDARD' };
  readonly Comment?: string;
}

export interface Retrier {
  readonly ErrorEquals: readonly ['States.ALL'];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  readonly JitterStrategy?: 'FULL';
}

export interface Catcher {
  readonly ErrorEquals: readonly ['States.ALL'];
  readonly ResultPath: string;
  readonly Next: string;
}

interface Onward {
  readonly Comment?: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly ResultPath?: string | null;
}

interface Guarded extends Onward {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface Task extends Guarded {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly Parameters?: unknown;
}

export interface MapState extends Guarded {
  readonly Type: 'Map';
  readonly ItemReader: {
    readonly Resource: string;
    readonly ReaderConfig: { readonly InputType: 'JSONL' };
    readonly Parameters: { readonly Bucket: string; readonly 'Key.$': string };
  };
  readonly ItemSelector: unknown;
  readonly ItemProcessor: Machine;
  readonly MaxConcurrency?: number;
  readonly MaxConcurrencyPath?: string;
  readonly ToleratedFailurePercentage?: number;
}

export type Choice = { readonly Variable: string; readonly Next: string } & (
  | { readonly StringEquals: string }
  | { readonly BooleanEquals: boolean }
  | { readonly IsPresent: boolean }
);

export type Wait = Onward & { readonly Type: 'Wait' } & (
    | { readonly SecondsPath: string }
    | { readonly TimestampPath: string }
  );

export type State =
  | Task
  | MapState
  | { readonly Type: 'Choice'; readonly Choices: readonly Choice[]; readonly Default: string }
  | Wait
  | (Onward & { readonly Type: 'Pass'; readonly Result?: unknown; readonly InputPath?: string })
  | { readonly Type: 'Succeed' }
  | { readonly Type: 'Fail'; readonly Error: string; readonly Cause: string };

const ONWARD = ['Type', 'Comment', 'Next', 'End', 'ResultPath'];
const GUARDED = [...ONWARD, 'Retry', 'Catch'];
const FIELDS: { readonly [type: string]: readonly string[] } = {
  Task: [...GUARDED, 'Resource', 'Parameters'],
  Map: [
    ...GUARDED,
    'ItemReader',
    'ItemSelector',
    'ItemProcessor',
    // Where the results go that a state of ours never reads.
    'ResultWriter',
    'MaxConcurrency',
    'MaxConcurrencyPath',
    'ToleratedFailurePercentage',
  ],
  Choice: ['Type', 'Comment', 'Choices', 'Default'],
  Wait: [...ONWARD, 'SecondsPath', 'TimestampPath'],
  Pass: [...ONWARD, 'Result', 'InputPath'],
  Succeed: ['Type', 'Comment'],
  Fail: ['Type', 'Comment', 'Error', 'Cause'],
};
const RETRIER = ['ErrorEquals', 'IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'JitterStrategy'];
const CATCHER = ['ErrorEquals', 'ResultPath', 'Next'];

/** Reads a definition; a state or field that the simulation would leave out is an error. */
export function parseMachine(definition: string): Machine {
  const machine = JSON.parse(definition) as Machine;
  check(machine);
  return machine;
}

function check(machine: Machine): void {
  only(machine, ['StartAt', 'States', 'ProcessorConfig', 'Comment'], 'the machine');
  for (const [name, state] of Object.entries(machine.States)) {
    only(state, FIELDS[state.Type] ?? [], `${state.Type} ${name}`);
    if (state.Type === 'Choice') {
      for (const choice of state.Choices)
        only(choice, ['Variable', 'Next', 'StringEquals', 'BooleanEquals', 'IsPresent'], name);
    }
    if (state.Type !== 'Task' && state.Type !== 'Map') continue;
    for (const retrier of state.Retry ?? []) only(retrier, RETRIER, `${name}.Retry`);
    for (const catcher of state.Catch ?? []) only(catcher, CATCHER, `${name}.Catch`);
    for (const { ErrorEquals } of [...(state.Retry ?? []), ...(state.Catch ?? [])]) {
      if (ErrorEquals.join() !== 'States.ALL') throw new Error(`${name}: the simulation knows States.ALL only`);
    }
    if (state.Type === 'Map') check(state.ItemProcessor);
  }
}

function only(object: object, known: readonly string[], where: string): void {
  const unknown = Object.keys(object).filter((field) => !known.includes(field));
  if (unknown.length > 0) throw new Error(`${where}: the simulation does not know ${unknown.join(', ')}`);
}
