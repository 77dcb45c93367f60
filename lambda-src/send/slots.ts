import { type RatePorts, reserve } from '../core/rate';
import { TIMING } from '../core/timing';

/**
 * A worker's turns to send. Whoever waits is served by one reservation at a time, so that a worker does not compete with
 * itself for the ledger's record.
 */
export class Slots {
  private waiting: { readonly go: (slot: number) => void; readonly fail: (error: unknown) => void }[] = [];
  private reserving = false;
  /** How long a reservation takes here: a slot that begins sooner would be stale when it is known. */
  private lead = 0;

  constructor(
    private readonly perSecond: number,
    private readonly ports: RatePorts,
  ) {}

  /** Ends when a message may go, for the quarter of a second that a slot is good for. */
  async turn(): Promise<void> {
    const { clock } = this.ports;
    for (;;) {
      const slot = await this.next();
      await clock.sleep(slot - clock.now());
      // A stalled worker forfeits its slot: with those of its stall it would burst.
      if (clock.now() - slot <= TIMING.slotAge) return;
    }
  }

  private next(): Promise<number> {
    return new Promise((go, fail) => {
      this.waiting.push({ go, fail });
      if (!this.reserving) void this.serve();
    });
  }

  private async serve(): Promise<void> {
    const { clock } = this.ports;
    this.reserving = true;
    try {
      while (this.waiting.length > 0) {
        const slots = await reserve(this.waiting.length, this.perSecond, this.ports, this.lead);
        const late = clock.now() - slots[0]!;
        // Up by what was missing, down slowly.
        this.lead = Math.min(TIMING.ahead / 2, late > 0 ? this.lead + late : this.lead * 0.9);
        for (const slot of slots) this.waiting.shift()?.go(slot);
      }
    } catch (error) {
      for (const { fail } of this.waiting.splice(0)) fail(error);
    } finally {
      this.reserving = false;
    }
  }
}
