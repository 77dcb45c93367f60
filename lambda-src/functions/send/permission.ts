import type { ShardInput, Snapshot } from '../../../src/private/contract';
import { controlKeys, pauseSeconds, sendBlockOf } from '../../domain/campaign/control';
import { runKey, stop as stopRun } from '../../domain/campaign/run-record';
import type { Store } from '../../domain/ledger/store';
import type { Clock, Log } from '../../domain/ports';
import { TIMING } from '../../domain/rate/timing';
import { SendingWindow } from '../../domain/sending/sending-window';
import type { StopReason } from './send-one';

interface Ports {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Whether a worker may continue: its run has the sending turn, nothing paused or stopped it, and its window is open.
 */
export class Permission {
  /** Why no further recipient is mailed, once that is known. */
  stop?: StopReason;
  /** When to look again, where a pause or the window says so. */
  pausedSeconds?: number;
  private cachedUntil = 0;
  private readonly window?: SendingWindow;

  constructor(
    private readonly input: ShardInput,
    { window }: Snapshot['settings']['rate'],
    private readonly ports: Ports,
  ) {
    if (window) this.window = new SendingWindow(window);
  }

  async given(): Promise<boolean> {
    const { input, ports } = this;
    const { run, rounds } = input;
    if (ports.clock.now() < this.cachedUntil) return true;
    const asked = ports.clock.now();
    const opensIn = this.window?.opensIn(asked) ?? 0;
    if (opensIn > 0) {
      this.stop = { kind: 'wait', reason: 'outside the sending window' };
      this.pausedSeconds = opensIn / 1000;
      return false;
    }
    const block = sendBlockOf(await ports.store.read(controlKeys(run)));
    if (!block) {
      this.cachedUntil = asked + TIMING.believed;
      return true;
    }
    this.stop = block;
    if (block.kind === 'wait') this.pausedSeconds = pauseSeconds(block, rounds, asked);
    return false;
  }

  /** Reads it again before the next email. */
  invalidateCache(): void {
    this.cachedUntil = 0;
  }

  /** Stops the worker, and the run for a reason that concerns every recipient. */
  async halt(stop: StopReason): Promise<void> {
    if (this.stop) return;
    this.stop = stop;
    const { input, ports } = this;
    ports.log.error('stopped', { kind: stop.kind, reason: stop.reason });
    if (stop.kind === 'wait') return;
    await ports.store.write(stopRun(runKey(input.run), stop.reason));
  }
}
