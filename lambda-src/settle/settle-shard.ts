import {
  FORMAT,
  LAYOUT,
  type Outcome,
  type Recipient,
  type RecipientOutcome,
  type RunRef,
  type ShardInput,
  type ShardProgress,
} from '../../src/private/contract';
import { asCampaign, campaignKey } from '../core/campaign';
import { toLine } from '../core/jsonl';
import { readPinned } from '../core/pinned';
import type { Clock, Files, Log } from '../core/ports';
import { asRecord, expire, type RecipientRecord, reopen, STATE } from '../core/record';
import { readShard } from '../core/shard';
import type { Store } from '../core/store';
import { TIMING } from '../core/timing';

export interface SettlePorts {
  readonly files: Files;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

const WINDOW = 100;

/**
 * Says of every recipient of a shard how it ended, from the ledger alone: workers write no outcomes, so that none of them
 * can die between a mail and its outcome. While a claim may still be live it asks to be called again.
 */
export async function settleShard(input: ShardInput, ports: SettlePorts): Promise<ShardProgress> {
  const { run, shard, rounds } = input;
  const { files, store, clock } = ports;
  const { settings } = await readPinned(run, files);
  const resend = settings.inDoubt === 'resend';
  let outcomes = '';
  let live = 0;
  let wait = 0;
  const counts: Partial<Record<Outcome, number>> = {};

  const why = await whyNotAttempted(run, store);
  for await (const recipients of readShard(shard.key, WINDOW, files)) {
    const found = await store.read(recipients.map(({ pk, sk }) => ({ pk, sk })));
    for (const [at, recipient] of recipients.entries()) {
      const record = await settled(asRecord(found[at]), resend, ports);
      if (record?.state === STATE.claimed) {
        live += 1;
        wait = Math.max(wait, record.deadline + TIMING.grace - clock.now());
        continue;
      }
      const outcome = outcomeOf(recipient, record, run, why);
      counts[outcome.outcome] = (counts[outcome.outcome] ?? 0) + 1;
      outcomes += toLine(outcome);
    }
  }
  const done = live === 0;
  if (done) await files.put(outcomesKey(run, shard.shard), outcomes, 'application/jsonl');
  ports.log.info('settled', { run: run.run, shard: shard.shard, round: rounds, live, ...counts });
  return { v: FORMAT, done, waitSeconds: Math.max(1, Math.ceil(wait / 1000)), rounds: rounds + 1 };
}

export const outcomesKey = ({ folder }: RunRef, shard: number): string =>
  `${folder}${LAYOUT.outcomes}${String(shard).padStart(5, '0')}.jsonl`;

/** The record once nothing of it can change by itself; still *claimed* while its claim may be live. */
async function settled(
  record: RecipientRecord | undefined,
  resend: boolean,
  ports: SettlePorts,
): Promise<RecipientRecord | undefined> {
  const { store, clock } = ports;
  if (!record) return undefined;
  const over = clock.now() > record.deadline + TIMING.grace;
  if (record.state === STATE.claimed && over) {
    await store.write(expire(record, record.claimId, record.deadline));
    // Whether it was ours or its holder's word that came first.
    const [now] = await store.read([record]);
    const next = asRecord(now);
    return next?.state === STATE.claimed ? next : settled(next, resend, ports);
  }
  if (record.state === STATE.inDoubt && resend && over) {
    await store.write(reopen(record, record.claimId));
    const [now] = await store.read([record]);
    return asRecord(now);
  }
  return record;
}

function outcomeOf(
  recipient: Recipient,
  record: RecipientRecord | undefined,
  run: RunRef,
  why: string,
): RecipientOutcome {
  const { row, line, to } = recipient;
  const of = (outcome: Outcome, reason?: string, messageId?: string) => ({ row, line, to, outcome, reason, messageId });
  if (!record) return of('not_attempted', why);
  const { state, reason, messageId } = record;
  const here = record.run === run.run;
  if (state === STATE.sent) return of(here ? 'sent' : 'already_sent', undefined, messageId);
  if (state === STATE.inDoubt) return of('in_doubt', reason);
  if (state === STATE.refused && here) return of('refused', reason);
  return of('not_attempted', state === STATE.open ? (reason ?? why) : why);
}

async function whyNotAttempted(run: RunRef, store: Store): Promise<string> {
  const [item] = await store.read([campaignKey(run.campaignDigest)]);
  const campaign = asCampaign(item);
  if (campaign && campaign.run > run.run) return `superseded by run ${campaign.run}`;
  return campaign?.stopped ?? 'the send worker did not come to it';
}
