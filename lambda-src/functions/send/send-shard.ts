import { FORMAT, type ShardInput, type ShardProgress } from '../../../src/private/contract';
import type { SendPorts } from './ports';
import { SendMetrics } from './send-metrics';
import { Worker } from './worker';

/** The maximum number of rounds, which the history of a child execution limits. Unfinished rows are reported. */
const MAX_ROUNDS = 1000;

/**
 * Sends to the recipients of one shard that have no email yet. Calls may be repeated and concurrent, because claims in
 * the ledger prevent a second email.
 */
export async function sendShard(input: ShardInput, ports: SendPorts): Promise<ShardProgress> {
  const sendMetrics = new SendMetrics(ports.ses, ports.metrics, ports.clock);
  const worker = await Worker.of(input, { ...ports, ses: sendMetrics.ses });
  sendMetrics.perSecond = worker.perSecond;
  await worker.work();
  const { again, waitSeconds } = worker;
  const done = !again || input.rounds >= MAX_ROUNDS;
  ports.log.info('shard', {
    run: input.run.run,
    shard: input.shard.shard,
    round: input.rounds,
    done,
    waitSeconds,
    ...worker.counts,
    expired: worker.expired,
  });
  return { v: FORMAT, done, waitSeconds: Math.max(1, Math.ceil(waitSeconds)), rounds: input.rounds + 1 };
}
