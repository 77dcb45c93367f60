import { FORMAT, type RunRef } from '../../src/private/contract';
import type { Clock } from '../core/ports';
import { shardNumber } from '../core/shard';
import type { Condition, Key, Store } from '../core/store';

/** Holds for every record; nothing has such an attribute. */
const ALWAYS: Condition = { absent: 'never' };

const KEPT_SECONDS = 30 * 86_400;

export interface TrailPorts {
  readonly store: Store;
  readonly clock: Clock;
}

/** Partition key of a run's shards. */
export const trailOf = ({ campaignDigest, run }: Pick<RunRef, 'campaignDigest' | 'run'>): string =>
  `shard#${campaignDigest}#${run}`;

/**
 * Which rows of a shard a worker was about to mail, for the one that comes after its death. Rows that a worker died over
 * are tried one by one; the row that another dies over is the one that kills.
 */
export class Trail {
  static async of(run: RunRef, shard: number, { store, clock }: TrailPorts): Promise<Trail> {
    const key: Key = { pk: trailOf(run), sk: `shard#${shardNumber(shard)}` };
    const [found] = await store.read([key]);
    const died = found?.first === undefined ? undefined : { first: Number(found.first), last: Number(found.last) };
    // DynamoDB's clock: seconds.
    return new Trail(key, store, died, Math.floor(clock.now() / 1000) + KEPT_SECONDS);
  }

  private constructor(
    private readonly key: Key,
    private readonly store: Store,
    private readonly died: { readonly first: number; readonly last: number } | undefined,
    private readonly expires: number,
  ) {}

  /** Whether a worker died over this row alone: then it was the second. */
  kills(row: number): boolean {
    return this.died !== undefined && this.died.first === row && this.died.last === row;
  }

  /** Whether these rows are to be tried one by one. */
  suspects(rows: readonly number[]): boolean {
    const { died } = this;
    return died !== undefined && rows.some((row) => row >= died.first && row <= died.last);
  }

  private entered = false;

  /** `passed`: how many recipients of the shard lie behind, for whoever watches. */
  async enter(first: number, last: number, passed: number): Promise<void> {
    this.entered = true;
    const set = { v: FORMAT, first, last, passed, expires: this.expires };
    await this.store.write({ key: this.key, when: ALWAYS, set });
  }

  /** The worker lives. */
  async leave(passed: number): Promise<void> {
    await this.store.write({
      key: this.key,
      when: ALWAYS,
      set: { v: FORMAT, passed, expires: this.expires },
      // One that had nothing to do leaves alone what another may be at.
      remove: this.entered || this.died ? ['first', 'last'] : [],
    });
  }
}
