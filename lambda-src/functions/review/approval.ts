import {
  FORMAT,
  LAYOUT,
  type Recipient,
  type ReviewInput,
  type ReviewProgress,
  type RunRef,
} from '../../../src/private/contract';
import {
  type ApprovalRecord,
  approvalKey,
  asApproval,
  askFor,
  decide,
  markNotified,
  notApproved,
} from '../../domain/campaign/approval';
import { campaignKey } from '../../domain/campaign/campaign';
import { act, controlKeys, sendBlockOf } from '../../domain/campaign/control';
import { runKey, stop } from '../../domain/campaign/run-record';
import { estimate } from '../../domain/cost/estimate';
import { dollarsFor } from '../../domain/cost/prices';
import type { Store } from '../../domain/ledger/store';
import { manyOptOuts } from '../../domain/list/opt-outs/many-opt-outs';
import { ownPerSecond } from '../../domain/rate/rate-record';
import { readPlan } from '../../domain/run/plan-document';
import { askApprovers } from './ask';
import type { ReviewPorts } from './ports';

/** The minimum seconds between two checks for a decision. */
const SHORTEST = 5;
/** The maximum seconds between two checks during the first three days. */
const LONGEST = 600;
/** The maximum seconds between two checks afterwards. It keeps 14 days within the history of an execution. */
const LATER = 3_600;
const DAYS = 3 * 86_400;

/**
 * Asks the approvers once, and returns the decision once there is one. Called repeatedly while a run waits for its
 * approval. The ledger stores the decision, so a failed call does not lose it.
 */
export async function approval(input: ReviewInput, ports: ReviewPorts): Promise<ReviewProgress> {
  const { run, rounds } = input;
  const { store, clock } = ports;
  const key = approvalKey(run.campaignDigest, run.run);
  const [item, ...control] = await store.read([key, ...controlKeys(run)]);
  const ended = (approved: boolean): ReviewProgress => {
    ports.log.info('approval', { run: run.run, approved, rounds });
    return { v: FORMAT, done: true, approved, waitSeconds: 1, rounds: rounds + 1 };
  };
  // A cancelled or superseded run is not sent, whatever an approver answers.
  if (sendBlockOf(control)?.kind === 'stop') return ended(false);

  const samples = async () => sampleRows(run, ports);
  const record = asApproval(item) ?? (await ask(run, await samples(), ports));
  const now = clock.now();
  if (record.decision === undefined && now >= record.answerBy) {
    await store.write(decide(key, { decision: 'expired', by: 'nobody', how: 'time', at: new Date(now).toISOString() }));
    // Read the decision again: an approver may have been faster.
    return approval(input, ports);
  }
  if (record.decision !== undefined) {
    await enter(record, run, store);
    return ended(record.decision === 'approved');
  }
  if (record.notifiedAt === undefined) {
    await askApprovers(run, record, await samples(), ports);
    await store.write(markNotified(key, new Date(now).toISOString()));
  }
  const waited = (now - Date.parse(record.askedAt)) / 1000;
  const left = (record.answerBy - now) / 1000;
  const waitSeconds = Math.ceil(Math.max(1, Math.min(approvalSeconds(waited), left)));
  return { v: FORMAT, done: false, approved: false, waitSeconds, rounds: rounds + 1 };
}

/** Returns the seconds until the next check, after a run has waited `waited` seconds for its approval. */
export const approvalSeconds = (waited: number): number =>
  Math.max(SHORTEST, Math.min(waited / 20, waited < DAYS ? LONGEST : LATER));

async function ask(
  run: RunRef,
  samples: readonly Recipient[],
  { store, files, ses, clock, settings }: ReviewPorts,
): Promise<ApprovalRecord> {
  const plan = await readPlan(run, files);
  if (!plan) throw new Error(`MM514: ${run.folder}${LAYOUT.plan} is missing`);
  const { recipients, sameListAs } = plan;
  const optOuts = manyOptOuts(plan);
  const account = await ses.account();
  const perSecond = ownPerSecond(settings.rate, account);
  const now = clock.now();
  const update = askFor(run, {
    askedAt: new Date(now).toISOString(),
    answerBy: now + 1000 * (settings.approval?.timeoutSeconds ?? 0),
    templates: [...new Set(samples.map(({ template }) => template))],
    recipients,
    seconds: estimate(recipients, perSecond, account).seconds,
    dollars: dollarsFor(recipients, account.plan),
    sameListAs,
    optOuts,
  });
  await store.write(update);
  // Read the stored record, as a concurrent call may have been faster.
  const [item] = await store.read([update.key]);
  return asApproval(item)!;
}

/** Records the decision in the campaign's actions, and stops a rejected run. */
async function enter(record: ApprovalRecord, run: RunRef, store: Store): Promise<void> {
  const key = campaignKey(run.campaignDigest);
  const what = record.decision === 'approved' ? 'approve' : 'reject';
  const why = record.why ?? (record.decision === 'expired' ? 'nobody answered in time' : '');
  await store.write(act(key, what, { who: record.by!, why, when: record.at!, run: run.run, id: `run-${run.run}` }));
  if (what === 'reject') await store.write(stop(runKey(run), notApproved(record)));
}

async function sampleRows(run: RunRef, { files }: ReviewPorts): Promise<readonly Recipient[]> {
  const text = await files.text(`${run.folder}${LAYOUT.sampleRows}`);
  if (text === undefined) throw new Error(`MM571: ${run.folder}${LAYOUT.sampleRows} is missing`);
  return JSON.parse(text) as Recipient[];
}
