import { FORMAT, type Identity, type RegisterOutput, type Settings } from '../../../src/private/contract';
import {
  asCampaign,
  type CampaignRecord,
  campaignKey,
  campaignName,
  draftName,
  type Upload,
} from '../../domain/campaign/campaign';
import { act, UNSAID } from '../../domain/campaign/control';
import { campaignOfList, configuredIdentity, identityOf } from '../../domain/campaign/identity';
import { asObject, objectKey } from '../../domain/campaign/list-object';
import { asRunRecord, type RunRecord, readRuns, runKey } from '../../domain/campaign/run-record';
import { type Bus, publishRunEvent } from '../../domain/events/bus';
import { campaignDigest } from '../../domain/ledger/keys';
import type { Store } from '../../domain/ledger/store';
import type { Log } from '../../domain/ports';
import { DAY } from '../../domain/time-units';
import { type Arrival, checkArrival, isFolder, type ObjectCreated, type Resume, uploadOf } from './arrival';
import { type Enrolment, enrol, finishFirstRegistration } from './enrol';
import { closedCampaign, elsewhere, ownName, unknownCampaign } from './rejections';
import { started } from './started';

/** The input of an execution: S3's event, or an operator's request to resume a campaign. */
export interface RegisterInput {
  readonly v: number;
  readonly execution: string;
  readonly startedAt: string;
  readonly event: Arrival;
}

export interface RegisterPorts {
  readonly store: Store;
  readonly settings: Settings;
  readonly log: Log;
  readonly bus: Bus;
  /** The mailer's bucket. Lists in other buckets are rejected. */
  readonly bucket: string;
  /** Ends the execution of a locked mailer; returns undefined if the mailer may send. */
  readonly locked: () => Promise<RegisterOutput | undefined>;
  /** Returns the campaign that the list names, such as a retry or invalid-rows file. */
  readonly targetCampaign: (upload: Upload) => Promise<string | undefined>;
}

/** The campaign name prefixes that MailMatrix reserves. */
const ELSEWHERE = '!elsewhere/';
const RESERVED_NAMES = [draftName('', ''), ELSEWHERE];

export async function register(input: RegisterInput, ports: RegisterPorts): Promise<RegisterOutput> {
  checkArrival(input.event, ports.bucket, ports.settings.mailer);
  const locked = await ports.locked();
  if (locked) return locked;
  // The records may change between read and write. In each round another execution has made progress.
  for (;;) {
    const { event } = input;
    const decided =
      'resume' in event
        ? await resume(input, ports, event)
        : 'draft' in event
          ? await draft(input, ports, event.draft)
          : await arrive(input, ports, event);
    if (decided) {
      ports.log.info('registered', { decision: decided.decision, run: decided.run?.run });
      if (decided.decision === 'run' && decided.run) await publishRunEvent(started(decided.run), ports);
      return decided;
    }
  }
}

type Decided = Promise<RegisterOutput | undefined>;

/** Registers a run for the execution; see `enrol`. */
const enter = (
  { execution, startedAt }: RegisterInput,
  { store }: RegisterPorts,
  more: Omit<Enrolment, 'execution' | 'startedAt'>,
): Decided => enrol({ execution, startedAt, ...more }, store);

async function arrive(input: RegisterInput, ports: RegisterPorts, event: ObjectCreated): Decided {
  const { settings } = ports;
  if (isFolder(event)) return { v: FORMAT, decision: 'ignored' };
  const upload = uploadOf(event);
  const { prefix, draftsPrefix } = settings.intake;
  const { key } = upload.list;
  // A stack update changes the EventBridge rules and this function at different times.
  if (draftsPrefix !== undefined && key.startsWith(draftsPrefix)) return draft(input, ports, event);
  const identity = configuredIdentity(settings.intake);
  const enterRejected = async (campaign: string, rejection: Enrolment['rejection']): Decided =>
    enter(input, ports, { campaign, identity, upload, found: await read(campaign, ports), rejection });
  if (!key.startsWith(prefix))
    return enterRejected(`${settings.mailer}/${ELSEWHERE}${campaignName(key, '')}`, elsewhere(settings));
  const name = campaignName(key, prefix);
  if (RESERVED_NAMES.some((own) => name.startsWith(own)))
    return enterRejected(`${settings.mailer}/${name}`, ownName(name));
  const of = await campaignOfList(name, upload.list.versionId ?? upload.sequencer, ports);
  const bound = await ports.targetCampaign(upload);
  // Other mailers may share the ledger. An upload here must not reach their campaigns.
  const isOwn = bound === undefined || bound.startsWith(`${settings.mailer}/`);
  const found = isOwn ? await read(bound ?? of.campaign, ports) : undefined;
  if (bound && !found) return enterRejected(of.campaign, unknownCampaign(bound));

  const closed = isClosed(found, input, settings) ? closedCampaign(found!, settings) : undefined;
  const { rejection = closed, ...identified } =
    bound === undefined ? of : await identityOf(bound, await earlier(bound, ports), ports);
  return enter(input, ports, { ...identified, upload, found, rejection });
}

/** A campaign without any email never closes. */
function isClosed(
  { activeAt }: Pick<CampaignRecord, 'activeAt'> = {},
  { startedAt }: RegisterInput,
  { closesAfterDays }: Settings,
): boolean {
  return activeAt !== undefined && Date.parse(startedAt) - Date.parse(activeAt) > closesAfterDays * DAY;
}

/** Registers a draft as a campaign of its own, so that it cannot stop the campaign that it names. */
async function draft(input: RegisterInput, ports: RegisterPorts, event: ObjectCreated): Decided {
  if (isFolder(event)) return { v: FORMAT, decision: 'ignored' };
  const upload = uploadOf(event);
  const { key } = upload.list;
  const { mailer, intake } = ports.settings;
  const { draftsPrefix = '' } = intake;
  const campaign = `${mailer}/${draftName(key, key.startsWith(draftsPrefix) ? draftsPrefix : '')}`;
  const found = await read(campaign, ports, true);
  const identity = configuredIdentity(intake);
  return enter(input, ports, {
    ...{ campaign, identity, upload, found, draft: true },
    targetCampaign: await ports.targetCampaign(upload),
  });
}

async function resume(input: RegisterInput, ports: RegisterPorts, { resume: asked }: Resume): Decided {
  const { campaign, who, why } = asked;
  const record = (await read(campaign, ports)) ?? (await read(campaign, ports, true));
  if (!record) {
    if (await finishFirstRegistration(campaign, ports.store)) return undefined;
    throw new Error(`MM513: resume: there is no campaign ${campaign}`);
  }
  const last = await newest(record, asked.run, ports.store);
  if (last.bucket !== ports.bucket) {
    throw new Error(
      `MM513: resume: the list of run ${last.run} lies in the bucket ${last.bucket}, and the mailer's is ${ports.bucket} now; upload it there`,
    );
  }
  const attribution = { who: who ?? `whoever started ${input.execution}`, why: why ?? UNSAID };
  await ports.store.write(
    act(record, 'resume', {
      ...attribution,
      when: input.startedAt,
      run: last.run,
      id: input.execution.split(':').at(-1)!,
    }),
  );
  const { bucket, listKey, versionId, etag, size, sequencer, eventTime, uploadedBy, draft, targetCampaign } = last;
  const list = { bucket, key: listKey, versionId, etag, size };
  const upload: Upload = { list, sequencer, eventTime, uploadedBy };
  const { identity, rejection } = await identityOf(campaign, last.identity, ports);
  return enter(input, ports, {
    campaign,
    identity,
    upload,
    found: record,
    rejection,
    again: true,
    draft,
    targetCampaign,
  });
}

/** Returns the newest run of the list of the given run, or of the campaign's last list if no run is given. */
async function newest(record: CampaignRecord, run: number | undefined, store: Store): Promise<RunRecord> {
  const { campaign } = record;
  const of = { campaignDigest: campaignDigest(campaign), draft: record.pk.startsWith('draft#') };
  const readRun = async (number: number) => asRunRecord((await store.read([runKey({ ...of, run: number })]))[0]);
  const named =
    run === undefined
      ? (await readRuns(of, store)).filter(({ rejectionCode }) => rejectionCode === undefined).at(-1)
      : await readRun(run);
  if (!named) throw new Error(`MM513: resume: the campaign ${campaign} has no such run, or only rejected ones`);
  const object = asObject((await store.read([objectKey(of, named.listKey)]))[0]);
  // A registration that died may not have written the object's record.
  let last = (object?.run ?? 0) <= named.run ? named : ((await readRun(object!.run!)) ?? named);
  // Skip rejected resumes: they are runs of the same version of the list.
  for (let of = last; of.rejectionCode !== undefined && of.previous !== undefined; ) {
    const before = await readRun(of.previous);
    if (before?.sequencer !== last.sequencer) break;
    of = before;
    if (of.rejectionCode === undefined) last = of;
  }
  if (last.rejectionCode === undefined) return last;
  throw new Error(
    `MM513: resume: the newest version of ${last.listKey} was rejected in run ${last.run}, with ${last.rejectionCode}; upload the list again`,
  );
}

/** Returns the identity settings with which the campaign's first list was registered. */
async function earlier(campaign: string, { store }: RegisterPorts): Promise<Identity | undefined> {
  const runs = await readRuns({ campaignDigest: campaignDigest(campaign) }, store);
  return runs.find(({ rejectionCode }) => rejectionCode === undefined)?.identity;
}

async function read(
  campaign: string,
  { store }: Pick<RegisterPorts, 'store'>,
  draft = false,
): Promise<CampaignRecord | undefined> {
  const [item] = await store.read([campaignKey(campaignDigest(campaign), draft)]);
  return asCampaign(item);
}
