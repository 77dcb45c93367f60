import { FORMAT, type RunRef } from '../../../src/private/contract';
import { expiryOf } from '../../domain/campaign/run-record';
import { PARTITION } from '../../domain/ledger/partitions';
import { recordOf } from '../../domain/ledger/record-of';
import type { Condition, Item, Key, Store } from '../../domain/ledger/store';
import type { Clock } from '../../domain/ports';
import { TIMING } from '../../domain/rate/timing';
import { shardNumber } from '../../domain/run/shard';

/** A condition that always holds, because no record has this attribute. */
const ALWAYS: Condition = { absent: 'never' };

const SUSPICION = ['few', 'from', 'to'];

export interface CheckpointPorts {
  readonly store: Store;
  readonly clock: Clock;
  /** Returns the milliseconds until Lambda ends this invocation. */
  readonly remaining: () => number;
}

/** Returns the partition key of the checkpoints of a run's shards. */
export const checkpointPartition = ({ campaignDigest, run }: Pick<RunRef, 'campaignDigest' | 'run'>): string =>
  PARTITION.shard(campaignDigest, run);

/** The number of rows sent at once after a worker died on them. Usually none of them was the cause. */
const FEW = 10;

/** The rows that a dead worker was sending. */
interface Abandoned {
  readonly first: number;
  readonly last: number;
  /** Whether at most `FEW` rows were in flight, after an earlier worker had died on them and others. */
  readonly few: boolean;
  readonly alone: boolean;
  /** The time in milliseconds by which Lambda has ended the worker. */
  readonly until: number;
  /** The range of rows on which the first worker died, `to` inclusive. */
  readonly from: number;
  readonly to: number;
}

/** Reads an item as a checkpoint, and checks its format. */
export const asCheckpoint = (item: Item | undefined): Item | undefined =>
  recordOf<Item>('the checkpoint of a shard', item);

function abandonedBy({ first, last, few, alone, until, from = first, to = last }: Item): Abandoned {
  return {
    first: Number(first),
    last: Number(last),
    few: few === true || Number(last) - Number(first) < FEW,
    alone: alone === true,
    until: Number(until ?? 0),
    from: Number(from),
    to: Number(to),
  };
}

/** A range of queue indexes, `to` exclusive. `apart`: send it while no other row is in flight. */
interface Group {
  readonly from: number;
  to: number;
  readonly apart: boolean;
}

/**
 * Stores which rows of a shard a worker is sending, so that its successor can find the row that crashes workers. After
 * a first crash, the rows are sent a few at a time; after a second one, one by one. A row that crashes a worker while
 * it is the only one in flight is the poison row.
 */
export class ShardCheckpoint {
  static async of(run: RunRef, shard: number, ports: CheckpointPorts): Promise<ShardCheckpoint> {
    const key: Key = { pk: checkpointPartition(run), sk: `shard#${shardNumber(shard)}` };
    const found = asCheckpoint((await ports.store.read([key]))[0]);
    return new ShardCheckpoint(key, ports, found?.first === undefined ? undefined : abandonedBy(found));
  }

  private constructor(
    private readonly key: Key,
    private readonly ports: CheckpointPorts,
    private readonly died: Abandoned | undefined,
  ) {}

  /**
   * The milliseconds until a row may count as poison. Its worker may still run until Lambda ends it, even if Step
   * Functions has timed it out.
   */
  get unsure(): number {
    const { died, ports } = this;
    return died?.alone ? Math.max(0, died.until + TIMING.grace - ports.clock.now()) : 0;
  }

  /** Returns whether a worker died while this row was the only one in flight. */
  isPoison(row: number): boolean {
    return this.died?.alone === true && this.died.first === row;
  }

  /** Splits rows, in order, into the groups in which they are sent. */
  groups(rows: readonly number[]): Group[] {
    const groups: Group[] = [];
    let size = 0;
    for (const [at, row] of rows.entries()) {
      const last = groups.at(-1);
      const most = this.atOnce(row);
      if (last && most === size && last.to - last.from < most) last.to += 1;
      else groups.push({ from: at, to: at + 1, apart: most <= FEW });
      size = most;
    }
    return groups;
  }

  private atOnce(row: number): number {
    const { died } = this;
    if (!died || row < died.from || row > died.to) return Number.POSITIVE_INFINITY;
    return died.few && row >= died.first && row <= died.last ? 1 : FEW;
  }

  private entered = false;

  /** Stores the rows that the worker is about to send. `passed` is the number of finished recipients, for progress. */
  async enter(rows: readonly number[], apart: boolean, passed: number): Promise<void> {
    this.entered = true;
    const { clock, remaining } = this.ports;
    const [first, last] = [Math.min(...rows), Math.max(...rows)];
    const until = clock.now() + remaining();
    const alone = apart && rows.length === 1;
    if (!apart || !this.died) await this.write({ first, last, alone, until, passed }, SUSPICION);
    else await this.write({ first, last, alone, few: true, until, passed, from: this.died.from, to: this.died.to });
  }

  /** Clears the stored rows. A worker that stored none keeps those that another worker may be sending. */
  async leave(passed: number): Promise<void> {
    await this.write({ passed }, this.entered || this.died ? ['first', 'last', 'alone', 'until', ...SUSPICION] : []);
  }

  private async write(set: Partial<Abandoned & { passed: number }>, remove?: readonly string[]): Promise<void> {
    const { store, clock } = this.ports;
    // DynamoDB's time to live is in seconds.
    const expires = expiryOf(clock.now());
    await store.write({ key: this.key, when: ALWAYS, set: { v: FORMAT, ...set, expires }, remove });
  }
}
