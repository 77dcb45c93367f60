import {
  FORMAT,
  type Recipient,
  type RunRef,
  SHARD_RECIPIENTS,
  type ShardHead,
  type ShardLimits,
  type ShardRef,
} from '../../../src/private/contract';
import type { Files } from '../../domain/ports';
import { toLine } from '../../domain/run/jsonl';
import { shardKey } from '../../domain/run/shard';

/** The limits of a shard, which is read into memory. A row may have up to one megabyte. */
export const LIMITS: ShardLimits = { recipients: SHARD_RECIPIENTS, characters: 8 << 20 };
/** The limits for snapshots of earlier versions that have none. Never change them. */
export const DEFAULT_LIMITS: ShardLimits = { recipients: 1000, characters: 8 << 20 };
const UPLOADS_AT_A_TIME = 4;

/** Distributes the recipients to shards in order, so that a repeated plan writes the same objects. */
export class Shards {
  readonly refs: ShardRef[] = [];
  private lines: string[] = [];
  private characters = 0;
  private readonly uploads = new Set<Promise<void>>();

  constructor(
    private readonly files: Files,
    private readonly run: RunRef,
    private readonly limits: ShardLimits,
  ) {}

  async add(recipient: Recipient): Promise<void> {
    const line = toLine(recipient);
    this.lines.push(line);
    this.characters += line.length;
    if (this.lines.length >= this.limits.recipients || this.characters >= this.limits.characters) await this.close();
  }

  async end(): Promise<void> {
    if (this.lines.length > 0) await this.close();
    await Promise.all(this.uploads);
  }

  /** Waits for pending uploads, so that they cannot overwrite those of the next reading of the list. */
  async abandon(): Promise<void> {
    await Promise.all(this.uploads);
  }

  private async close(): Promise<void> {
    const { campaign, run } = this.run;
    const shard = this.refs.length + 1;
    const key = shardKey(this.run, shard);
    const head: ShardHead = { v: FORMAT, campaign, run, shard };
    this.refs.push({ v: FORMAT, shard, key, rows: this.lines.length });
    const body = toLine(head) + this.lines.join('');
    this.lines = [];
    this.characters = 0;

    while (this.uploads.size >= UPLOADS_AT_A_TIME) await Promise.race(this.uploads);
    const upload = this.files.put(key, body, 'application/jsonl');
    this.uploads.add(upload);
    // A failed upload stays in the set, so that the next race or `end` throws its error.
    upload.then(
      () => this.uploads.delete(upload),
      () => {},
    );
  }
}
