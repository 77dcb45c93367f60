import type { Mailing } from '../../lambda-src/domain/ledger/history';
import type { Clock } from '../../lambda-src/domain/ports';
import { eventsOf, hasExpectedEvent, type Probe, type ProbeResult } from './simulator';

export interface WatchPorts {
  readonly clock: Clock;
  /** Whether the run has ended. */
  ended(): Promise<boolean>;
  /** Why the run sends nothing now; undefined while it may send. */
  halted(): Promise<string | undefined>;
  /** The ledger's record of an address in the campaign. */
  mailing(address: string): Promise<Mailing | undefined>;
}

export interface Watched {
  readonly results: readonly ProbeResult[];
  /** Why the run waits, if that ended the watch. */
  readonly halted?: string;
}

const POLL = 1_000;

/**
 * Follows the probes until each has an expected event. It gives up after `timeout` milliseconds without news, and at
 * once if no event can follow: the run waits, or it has ended without sending the email.
 */
export async function watch(
  probes: readonly Probe[],
  { since, timeout }: { readonly since: number; readonly timeout: number },
  ports: WatchPorts,
  show: (results: readonly ProbeResult[]) => void = () => {},
): Promise<Watched> {
  const { clock } = ports;
  let results: readonly ProbeResult[] = probes.map((probe) => ({ probe }));
  let [lastState, changedAt] = ['', clock.now()];
  for (;;) {
    // The status is read before the ledger, so that the ledger read of an ended run is complete.
    const ended = await ports.ended();
    results = await Promise.all(results.map((one) => readResult(one, since, ports)));
    show(results);
    const open = results.filter(({ seconds }) => seconds === undefined);
    if (open.length === 0) return { results };
    if (ended && open.every(({ mailing }) => mailing?.state !== 'sent')) return { results };
    const state = JSON.stringify([ended, results.map(({ mailing }) => [mailing?.state, eventsOf(mailing)])]);
    if (state !== lastState) [lastState, changedAt] = [state, clock.now()];
    if (clock.now() - changedAt >= timeout) return { results };
    const halted = ended ? undefined : await ports.halted();
    if (halted !== undefined) return { results, halted };
    await clock.sleep(POLL);
  }
}

async function readResult(before: ProbeResult, since: number, { clock, mailing }: WatchPorts): Promise<ProbeResult> {
  const { probe, seconds } = before;
  const found = await mailing(probe.address);
  if (seconds !== undefined || !hasExpectedEvent(probe, found)) return { ...before, mailing: found };
  return { probe, mailing: found, seconds: Math.round((clock.now() - since) / 1000) };
}
