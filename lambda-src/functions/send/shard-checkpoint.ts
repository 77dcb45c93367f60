import { FORMAT, type RunRef } from '../../../src/private/contract';
import { expiryOf } from '../../domain/campaign/run-record';
import { PARTITION } from '../../domain/ledger/partitions';
import { recordOf } from '../../domain/ledger/record-of';
import type { Condition, Item, Key, Store } from '../../domain/ledger/store';
import type { Clock } from '../../domain/ports';
import { TIMING } from '../../domain/rate/timing';
import { shardNumber } from '../../domain/run/shard';

/** Holds for every record; nothing has such an attribute. */
const ALWAYS: Condition = { absent: 'never' };

const SUSPICION = ['few', 'from', 'to'];

export interface CheckpointPorts {
  readonly store: Store;
  readonly clock: Clock;
  /** Milliseconds until Lambda ends this invocation. */
  readonly remaining: () => number;
}

/** Partition key of a run's shards. */
export const checkpointPartition = ({ campaignDigest, run }: Pick<RunRef, 'campaignDigest' | 'run'>): string =>
  PARTITION.shard(campaignDigest, run);

/** The rows that are tried at once after a worker died over them: usually none of them was the cause. */
const FEW = 10;

interface Abandoned {
  readonly first: number;
  readonly last: number;
  /** Tried with few others, or alone, because a worker had died over it and others. */
  readonly few: boolean;
  readonly alone: boolean;
  /** Milliseconds; Lambda has ended that worker by then. */
  readonly until: number;
  /** The rows of that first death. */
  readonly from: number;
  readonly to: number;
}

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

/** Places in a queue; `apart`: with no other under way. */
interface Group {
  readonly from: number;
  to: number;
  readonly apart: boolean;
}

/**
 * The rows of a shard that a worker is about to mail, for the worker that follows its death. Rows that a worker died
 * over are tried a few at a time, and the few that another dies over one by one. A row that a worker dies over alone is
 * the poison row.
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
   * Milliseconds until a row may be accused of a second death: its worker may be alive, though Step Functions took it for
   * failed, until Lambda ends it.
   */
  get unsure(): number {
    const { died, ports } = this;
    return died?.alone ? Math.max(0, died.until + TIMING.grace - ports.clock.now()) : 0;
  }

  /** Whether a second worker died over this row. */
  isPoison(row: number): boolean {
    return this.died?.alone === true && this.died.first === row;
  }

  /** How rows, in their order, are tried. */
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

  /** `passed`: how many recipients of the shard are done, for progress. */
  async enter(rows: readonly number[], apart: boolean, passed: number): Promise<void> {
    this.entered = true;
    const { clock, remaining } = this.ports;
    const [first, last] = [Math.min(...rows), Math.max(...rows)];
    const until = clock.now() + remaining();
    const alone = apart && rows.length === 1;
    if (!apart || !this.died) await this.write({ first, last, alone, until, passed }, SUSPICION);
    else await this.write({ first, last, alone, few: true, until, passed, from: this.died.from, to: this.died.to });
  }

  /** The worker lives. One that had nothing to do leaves alone what another may be at. */
  async leave(passed: number): Promise<void> {
    await this.write({ passed }, this.entered || this.died ? ['first', 'last', 'alone', 'until', ...SUSPICION] : []);
  }

  private async write(set: Partial<Abandoned & { passed: number }>, remove?: readonly string[]): Promise<void> {
    const { store, clock } = this.ports;
    // DynamoDB's clock: seconds.
    const expires = expiryOf(clock.now());
    await store.write({ key: this.key, when: ALWAYS, set: { v: FORMAT, ...set, expires }, remove });
  }
}
