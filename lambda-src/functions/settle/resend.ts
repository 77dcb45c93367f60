import type { Recipient, ShardInput } from '../../../src/private/contract';
import { expire, type Grantor, grant, type RecipientRecord, readRecords, STATE } from '../../domain/ledger/record';
import { READ_AT_ONCE } from '../../domain/ledger/store';
import { TIMING } from '../../domain/rate/timing';
import { readShard } from '../../domain/run/shard';
import type { SettlePorts } from './ports';

/**
 * Grants this run the resend of uncertain emails, once the claim's deadline and grace period have passed. An operator
 * may ask for it for the claims that the list names; the mailer's policy applies to the run's own claims. Returns the
 * number of grants, and as `wait` the milliseconds until the last claim can be granted.
 */
export async function grantResends(
  { run, shard }: ShardInput,
  policy: boolean,
  { files, store, clock }: SettlePorts,
): Promise<{ wait: number; granted: number }> {
  let wait = 0;
  let granted = 0;
  const { sending } = run;
  if (sending === undefined) return { wait, granted };
  for await (const recipients of readShard(shard.key, READ_AT_ONCE, files)) {
    const records = await readRecords(recipients, store);
    for (const [at, recipient] of recipients.entries()) {
      const record = records[at];
      const by = record && grantorOf(recipient, record);
      if (!by) continue;
      const left = record.deadline + TIMING.grace - clock.now();
      if (left >= 0) {
        wait = Math.max(wait, left, 1);
        continue;
      }
      if (record.state === STATE.claimed) await store.write(expire(record, record.claimId, record.deadline));
      const { applied } = await store.write(grant(record, record, sending, by));
      if (applied) granted += 1;
    }
  }
  return { wait, granted };

  function grantorOf(
    { doubt }: Recipient,
    { state, claimId, sending: by, earlierDoubts }: RecipientRecord,
  ): Grantor | undefined {
    if (run.resendInDoubt && state === STATE.inDoubt && claimId === doubt) return 'list';
    const unsure = state === STATE.inDoubt || state === STATE.claimed;
    return policy && unsure && by === sending && !earlierDoubts ? 'policy' : undefined;
  }
}
