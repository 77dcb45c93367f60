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
 * Checks whether a worker may continue: its run has the sending turn, is neither paused nor stopped, and its sending
 * window is open.
 */
export class Permission {
  /** Why the worker stops sending; undefined while it may continue. */
  stop?: StopReason;
  /** The seconds until the next check, set by a pause or by the sending window. */
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

  /** Returns whether the worker may send. A positive answer is cached for `TIMING.believed` milliseconds. */
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

  /** Makes the next check read the ledger. */
  invalidateCache(): void {
    this.cachedUntil = 0;
  }

  /** Stops the worker. A reason of kind `stop` applies to every recipient, so it also stops the run. */
  async halt(stop: StopReason): Promise<void> {
    if (this.stop) return;
    this.stop = stop;
    const { input, ports } = this;
    ports.log.error('stopped', { kind: stop.kind, reason: stop.reason });
    if (stop.kind === 'wait') return;
    await ports.store.write(stopRun(runKey(input.run), stop.reason));
  }
}
