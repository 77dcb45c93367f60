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

/** Options of every verb that records an action. */
export const ACT_OPTIONS = { ...MAILER_OPTIONS, why: { type: 'string' } } as const;

export const WHY_USAGE = '  --why TEXT           the reason, recorded with your ARN and the time';

/** Prints one result, as text or as JSON, and returns the exit code. */
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
 * Records an action on a campaign. Call it before the upload, so that the record names who started the run even if the
 * command is interrupted or fails.
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

/** The event of an action for the owner's bus. A bus that fails only prints an error: the action is already done. */
export function onBus({ who, why }: Action, { bus, control }: OnBus, { stderr }: Terminal) {
  const log: Log = {
    info() {},
    warn() {},
    error: (message, data) => stderr.write(`${message}: ${data?.error}\n`),
  };
  return { event: { why, by: who, at: new Date(control.clock.now()).toISOString() }, ports: { bus, log } };
}

type OnBus = Pick<Operator, 'bus' | 'control'>;

/** Runs `pause --all` or `resume --all`. */
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
    const { event, ports } = onBus(action, operator, terminal);
    await publishForAll(what, event, ports);
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

/** Returns the campaign, or undefined for --all; throws MM701 unless exactly one of them is present. */
export function target(verb: string, positionals: readonly string[], all = false): string | undefined {
  if (all && positionals.length === 0) return undefined;
  if (!all && positionals.length === 1) return positionals[0];
  throw new Error(
    `MM701: ${verb}: got ${positionals.length} campaigns${all ? ' and --all' : ''}, allowed is one, or --all`,
  );
}
