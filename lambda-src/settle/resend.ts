import type { ShardInput } from '../../src/private/contract';
import { expire, REOPENED, readRecords, reopen, STATE } from '../core/record';
import { readShard } from '../core/shard';
import { TIMING } from '../core/timing';
import { type SettlePorts, WINDOW } from './ports';

/**
 * The owner's policy to send again what is in doubt: reopens each doubt once its claim's deadline and the grace are past.
 * `wait`: milliseconds until the last of those that are not.
 */
export async function reopenDoubts(
  { run, shard }: ShardInput,
  ports: SettlePorts,
): Promise<{ wait: number; reopened: number }> {
  const { files, store, clock } = ports;
  let wait = 0;
  let reopened = 0;
  for await (const recipients of readShard(shard.key, WINDOW, files)) {
    for (const record of await readRecords(recipients, store)) {
      // By a call whose answer was lost.
      if (record?.state === STATE.open && record.reason === REOPENED && record.closed !== run.run) reopened += 1;
      if (record?.state !== STATE.claimed && record?.state !== STATE.inDoubt) continue;
      const left = record.deadline + TIMING.grace - clock.now();
      if (left >= 0) {
        wait = Math.max(wait, left, 1);
        continue;
      }
      if (record.state === STATE.claimed) await store.write(expire(record, record.claimId, record.deadline));
      const { applied } = await store.write(reopen(record, record.claimId, record.deadline, run.run));
      if (applied) reopened += 1;
    }
  }
  return { wait, reopened };
}
