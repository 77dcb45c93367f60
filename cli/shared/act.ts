import { campaignKey } from '../../lambda-src/domain/campaign/campaign';
import {
  type Action,
  type ActionName,
  act,
  type Controlled,
  type ControlPorts,
} from '../../lambda-src/domain/campaign/control';
import { publishForAll } from '../../lambda-src/domain/events/pause-events';
import { campaignDigest } from '../../lambda-src/domain/ledger/keys';
import type { Log } from '../../lambda-src/domain/ports';
import { MAILER_OPTIONS } from './mailer';
import type { Operator } from './operator';
import type { Terminal } from './verb';

/** Of every verb that leaves an action. */
export const ACT_OPTIONS = { ...MAILER_OPTIONS, why: { type: 'string' } } as const;

export const WHY_USAGE = '  --why TEXT           stands with your ARN and the time on the record';

/** One result, for people or for programs; its exit code. */
export function say(
  result: object,
  words: string,
  { json }: { readonly json?: boolean },
  { stdout }: Terminal,
  code = 0,
): number {
  stdout.write(json ? `${JSON.stringify(result, undefined, 2)}\n` : `${words}\n`);
  return code;
}

/**
 * Records an action on a campaign before its list is uploaded: whether the command then waits, is interrupted or fails,
 * who asked for the run and why is on the record.
 */
export async function recordAction(
  what: ActionName,
  action: Action,
  { campaign, list }: { readonly campaign: string; readonly list: string },
  { store, clock, newId }: ControlPorts,
): Promise<void> {
  const when = new Date(clock.now()).toISOString();
  await store.write(act(campaignKey(campaignDigest(campaign)), what, { ...action, when, list, id: newId() }));
}

/** What the owner's bus is told of an action. It is done, whether the bus hears of it or not. */
export function onBus({ who, why }: Action, { bus, control }: OnBus, { stderr }: Terminal) {
  const log: Log = {
    info() {},
    warn() {},
    error: (message, data) => stderr.write(`${message}: ${data?.error}\n`),
  };
  return { said: { why, by: who, at: new Date(control.clock.now()).toISOString() }, ports: { bus, log } };
}

type OnBus = Pick<Operator, 'bus' | 'control'>;

/** `pause --all` and `resume --all`. */
export async function onAll(
  what: 'pause' | 'resume',
  change: (action: Action, ports: ControlPorts) => Promise<Controlled>,
  values: { readonly why?: string; readonly json?: boolean },
  operator: OnBus & Pick<Operator, 'action'>,
  terminal: Terminal,
): Promise<number> {
  const action = await operator.action(values.why);
  const result = await change(action, operator.control);
  if (result === 'done') {
    const { said, ports } = onBus(action, operator, terminal);
    await publishForAll(what, said, ports);
  }
  const words = what === 'pause' ? 'are paused' : 'may send, but for those that are paused by themselves';
  const already = result === 'already' ? ' (as before)' : '';
  return say(
    { what, all: true, result, ...action },
    `All campaigns of this ledger ${words}${already}.`,
    values,
    terminal,
  );
}

/** The one campaign, or all: not both, and not neither. */
export function target(verb: string, positionals: readonly string[], all = false): string | undefined {
  if (all && positionals.length === 0) return undefined;
  if (!all && positionals.length === 1) return positionals[0];
  throw new Error(
    `MM701: ${verb}: got ${positionals.length} campaigns${all ? ' and --all' : ''}, allowed is one, or --all`,
  );
}
