import type { Mailing } from '../../lambda-src/domain/ledger/history';
import type { Clock } from '../../lambda-src/domain/ports';
import { cameOf, type Heard, isHeard, type Probe } from './simulator';

export interface WatchPorts {
  readonly clock: Clock;
  /** Whether the run is over. */
  ended(): Promise<boolean>;
  /** Why the run mails nobody now; undefined while it may. */
  halted(): Promise<string | undefined>;
  /** What the ledger says of an address in the campaign. */
  mailing(address: string): Promise<Mailing | undefined>;
}

export interface Watched {
  readonly heard: readonly Heard[];
  /** Why it was given up: the run waits for something. */
  readonly halted?: string;
}

const POLL = 1_000;

/**
 * Follows each probe to what is expected of it. It is given up once nothing new was seen for the time given, and at once
 * where nothing can come: the run waits, or it is over and the mail was not sent.
 */
export async function watch(
  probes: readonly Probe[],
  { since, timeout }: { readonly since: number; readonly timeout: number },
  ports: WatchPorts,
  show: (heard: readonly Heard[]) => void = () => {},
): Promise<Watched> {
  const { clock } = ports;
  let heard: readonly Heard[] = probes.map((probe) => ({ probe }));
  let [news, last] = ['', clock.now()];
  for (;;) {
    // Asked first: what is in the ledger by the run's end is read after it.
    const ended = await ports.ended();
    heard = await Promise.all(heard.map((one) => look(one, since, ports)));
    show(heard);
    const open = heard.filter(({ seconds }) => seconds === undefined);
    if (open.length === 0) return { heard };
    if (ended && open.every(({ mailing }) => mailing?.state !== 'sent')) return { heard };
    const said = JSON.stringify([ended, heard.map(({ mailing }) => [mailing?.state, cameOf(mailing)])]);
    if (said !== news) [news, last] = [said, clock.now()];
    if (clock.now() - last >= timeout) return { heard };
    const halted = ended ? undefined : await ports.halted();
    if (halted !== undefined) return { heard, halted };
    await clock.sleep(POLL);
  }
}

async function look(before: Heard, since: number, { clock, mailing }: WatchPorts): Promise<Heard> {
  const { probe, seconds } = before;
  const found = await mailing(probe.address);
  if (seconds !== undefined || !isHeard(probe, found)) return { ...before, mailing: found };
  return { probe, mailing: found, seconds: Math.round((clock.now() - since) / 1000) };
}
