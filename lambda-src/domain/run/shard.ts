import { FORMAT, LAYOUT, type Recipient, type RunRef, type ShardHead } from '../../../src/private/contract';
import type { Files } from '../ports';
import { readLinesAtOnce } from './jsonl';

/** Pads a shard's number, so that names sort numerically. */
export const shardNumber = (shard: number): string => String(shard).padStart(5, '0');

export const shardKey = ({ folder }: RunRef, shard: number): string =>
  `${folder}${LAYOUT.shards}${shardNumber(shard)}.jsonl`;

export const outcomesKey = ({ folder }: RunRef, shard: number): string =>
  `${folder}${LAYOUT.outcomes}${shardNumber(shard)}.jsonl`;

/** Reads the recipients of a shard in batches. */
export async function* readShard(key: string, batchSize: number, files: Files): AsyncGenerator<Recipient[]> {
  const body = await files.open(key);
  if (!body) throw new Error(`MM505: the shard ${key} is missing`);
  try {
    let head: ShardHead | undefined;
    let recipients: Recipient[] = [];
    for await (const lines of readLinesAtOnce<ShardHead | Recipient>(body)) {
      for (const line of lines) {
        if (head) {
          recipients.push(line as Recipient);
          if (recipients.length < batchSize) continue;
          yield recipients;
          recipients = [];
        } else {
          head = line as ShardHead;
          if (head.v !== FORMAT)
            throw new Error(`MM506: the shard ${key} has format ${head.v}, this function reads ${FORMAT}`);
        }
      }
    }
    if (recipients.length > 0) yield recipients;
  } finally {
    body.destroy();
  }
}
