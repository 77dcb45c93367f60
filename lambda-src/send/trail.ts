import { FORMAT, type RunRef } from '../../src/private/contract';
import type { Clock } from '../core/ports';
import { shardNumber } from '../core/shard';
import type { Condition, Item, Key, Store } from '../core/store';
import { TIMING } from '../core/timing';

/** Holds for every record; nothing has such an attribute. */
const ALWAYS: Condition = { absent: 'never' };

const KEPT_SECONDS = 30 * 86_400;

export interface TrailPorts {
  readonly store: Store;
  readonly clock: Clock;
  /** Milliseconds until Lambda ends this invocation. */
  readonly remaining: () => number;
}

/** Partition key of a run's shards. */
export const trailOf = ({ campaignDigest, run }: Pick<RunRef, 'campaignDigest' | 'run'>): string =>
  `shard#${campaignDigest}#${run}`;

interface Left {
  readonly first: number;
  readonly last: number;
  /** Tried by itself, because a worker had died over it and others. */
  readonly alone: boolean;
  /** Milliseconds; Lambda has ended that worker by then. */
  readonly until: number;
}

const leftBy = ({ first, last, alone, until }: Item): Left => ({
  first: Number(first),
  last: Number(last),
  alone: alone === true,
  until: Number(until ?? 0),
});

/**
 * Which rows of a shard a worker was about to mail, for the one that comes after its death. Rows that a worker died over
 * are tried one by one; the row that another dies over is the one that kills.
 */
export class Trail {
  static async of(run: RunRef, shard: number, ports: TrailPorts): Promise<Trail> {
    const key: Key = { pk: trailOf(run), sk: `shard#${shardNumber(shard)}` };
    const [found] = await ports.store.read([key]);
    return new Trail(key, ports, found?.first === undefined ? undefined : leftBy(found));
  }

  private constructor(
    private readonly key: Key,
    private readonly ports: TrailPorts,
    private readonly died: Left | undefined,
  ) {}

  /**
   * Milliseconds until a row may be accused of a second death: its worker may be alive, though Step Functions took it for
   * failed, until Lambda ends it.
   */
  get unsure(): number {
    const { died, ports } = this;
    return died?.alone ? Math.max(0, died.until + TIMING.grace - ports.clock.now()) : 0;
  }

  /** Whether a second worker died over this row. */
  kills(row: number): boolean {
    return this.died?.alone === true && this.died.first === row;
  }

  /** Whether these rows are to be tried one by one. */
  suspects(rows: readonly number[]): boolean {
    const { died } = this;
    return died !== undefined && rows.some((row) => row >= died.first && row <= died.last);
  }

  private entered = false;

  /** `passed`: how many recipients of the shard lie behind, for whoever watches. */
  async enter(first: number, last: number, alone: boolean, passed: number): Promise<void> {
    this.entered = true;
    const until = this.ports.clock.now() + this.ports.remaining();
    await this.write({ first, last, alone, until, passed });
  }

  /** The worker lives. One that had nothing to do leaves alone what another may be at. */
  async leave(passed: number): Promise<void> {
    await this.write({ passed }, this.entered || this.died ? ['first', 'last', 'alone', 'until'] : []);
  }

  private async write(set: Partial<Left & { passed: number }>, remove?: readonly string[]): Promise<void> {
    const { store, clock } = this.ports;
    // DynamoDB's clock: seconds.
    const expires = Math.floor(clock.now() / 1000) + KEPT_SECONDS;
    await store.write({ key: this.key, when: ALWAYS, set: { v: FORMAT, ...set, expires }, remove });
  }
}
