import { FORMAT, type Identity, type ListRejection, type RegisterOutput } from '../../../src/private/contract';
import { type CampaignRecord, campaignKey, runFolder, type Upload } from '../../domain/campaign/campaign';
import { asObject, compareSequencers, type ObjectRecord, objectKey } from '../../domain/campaign/list-object';
import { asRun, asRunRecord, enter, type RunRecord, runKey, stop } from '../../domain/campaign/run-record';
import { campaignDigest, partsOf } from '../../domain/ledger/keys';
import type { Key, Store } from '../../domain/ledger/store';

/** The run that an execution asks to register. */
export interface Enrolment {
  readonly execution: string;
  readonly startedAt: string;
  readonly campaign: string;
  readonly identity: Identity;
  readonly upload: Upload;
  /** The campaign's record, read before any other; absent if the campaign has no run yet. */
  readonly found?: CampaignRecord;
  readonly rejection?: ListRejection;
  /** Whether this is a resume: a further run of the newest version of a list. */
  readonly again?: boolean;
  readonly draft?: boolean;
  readonly targetCampaign?: string;
}

/**
 * Registers a run for an execution. One conditional write creates the run under the next number, and
 * `finishRegistration` updates the other records from it. If the next number is taken, finishes that run's
 * registration, which may have died halfway. Returns undefined if another execution was faster; the caller then reads
 * all records again.
 */
export async function enrol(given: Enrolment, store: Store): Promise<RegisterOutput | undefined> {
  const { campaign, upload, found, again, draft } = given;
  const of = { campaignDigest: campaignDigest(campaign), draft };
  const run = (found?.run ?? 0) + 1;
  const [item, last] = await store.read([objectKey(of, upload.list.key), runKey({ ...of, run })]);
  if (last) {
    await finishRegistration(asRunRecord(last)!, of, store);
    return undefined;
  }
  const object = asObject(item);
  const before = await earlierRuns(object, upload, again, of, store);
  const own = before.find(({ execution }) => execution === given.execution);
  if (own) return output(own, of.campaignDigest);
  if (before.length > 0 && !again) {
    const same = before.find(({ sequencer }) => compareSequencers(sequencer, upload.sequencer) === 0);
    return {
      v: FORMAT,
      decision: same ? 'duplicate' : 'superseded',
      run: asRun(same ?? before[0]!, of.campaignDigest),
    };
  }
  const record = newRunRecord(given, object, runKey({ ...of, run }), run);
  if (!(await store.write(enter(record))).applied) return undefined;
  await finishRegistration(record, of, store);
  return output(record, of.campaignDigest);
}

/** Finishes the registration of a campaign's first run, if it died halfway. Returns whether there is such a run. */
export async function finishFirstRegistration(campaign: string, store: Store): Promise<boolean> {
  for (const draft of [false, true]) {
    const of = { campaignDigest: campaignDigest(campaign), draft };
    const [first] = await store.read([runKey({ ...of, run: 1 })]);
    if (first) await finishRegistration(asRunRecord(first)!, of, store);
    if (first) return true;
  }
  return false;
}

/** Returns the earlier runs of the same or a newer version of the list, newest first. */
async function earlierRuns(
  object: ObjectRecord | undefined,
  { list: { bucket }, sequencer }: Upload,
  again: boolean | undefined,
  of: { readonly campaignDigest: string; readonly draft?: boolean },
  store: Store,
): Promise<RunRecord[]> {
  const runs: RunRecord[] = [];
  for (let run = object?.run; run !== undefined; run = runs.at(-1)!.previous) {
    const record = asRunRecord((await store.read([runKey({ ...of, run })]))[0]);
    // Sequencers of two buckets are not comparable. The mailer has moved to this upload's bucket, so it is newer.
    if (!record || record.bucket !== bucket) break;
    if (!again && compareSequencers(record.sequencer, sequencer) < 0) break;
    runs.push(record);
  }
  return runs;
}

function newRunRecord(
  { campaign, identity, upload, found, rejection, again, ...given }: Enrolment,
  object: ObjectRecord | undefined,
  key: Key,
  run: number,
): RunRecord {
  const { list, sequencer, eventTime, uploadedBy } = upload;
  return {
    ...key,
    v: FORMAT,
    mailer: partsOf(campaign)[0],
    campaign,
    identity,
    run,
    execution: given.execution,
    state: 'registered',
    bucket: list.bucket,
    listKey: list.key,
    versionId: list.versionId,
    etag: list.etag,
    size: list.size,
    sequencer,
    eventTime,
    uploadedBy,
    folder: runFolder(campaign, run, given.startedAt),
    startedAt: given.startedAt,
    continues: found?.begun,
    draft: given.draft,
    targetCampaign: given.targetCampaign,
    resending: object?.resendInDoubt && !again ? true : undefined,
    previous: object?.run,
    rejectionCode: rejection?.code,
    rejectionMessage: rejection?.message,
  };
}

/**
 * Updates the records of the list, of the list's previous run and, last, of the campaign. Idempotent: any execution may
 * repeat it.
 */
async function finishRegistration(
  record: RunRecord,
  of: { readonly campaignDigest: string; readonly draft?: boolean },
  store: Store,
): Promise<void> {
  const { mailer, campaign, run, listKey, sequencer, previous } = record;
  const first = { any: [{ absent: 'run' }, { lt: ['run', run] as const }] };
  await store.write({
    key: objectKey(of, listKey),
    when: first,
    set: { v: FORMAT, listKey, sequencer, run },
    // The permission to resend applies to one version of the list.
    remove: ['resendInDoubt'],
  });
  if (previous !== undefined) await store.write(stop(runKey({ ...of, run: previous }), `superseded by run ${run}`));
  await store.write({
    key: campaignKey(of.campaignDigest, of.draft),
    when: first,
    set: { v: FORMAT, mailer, campaign, run },
  });
}

function output(record: RunRecord, digest: string): RegisterOutput {
  const run = asRun(record, digest);
  if (record.rejectionCode === undefined) return { v: FORMAT, decision: run.draft ? 'draft' : 'run', run };
  return {
    v: FORMAT,
    decision: 'rejected',
    run,
    rejection: { code: record.rejectionCode, message: record.rejectionMessage ?? '' },
  };
}
