import {
  FORMAT,
  LAYOUT,
  RESERVED_COLUMNS,
  type Refusal,
  type RegisterOutput,
  type Settings,
} from '../../src/private/contract';
import { type Bus, tellOfRun } from '../core/bus';
import {
  asCampaign,
  asRun,
  begin,
  type CampaignRecord,
  campaignKey,
  campaignName,
  draftKey,
  draftName,
  isNewer,
  isSameUpload,
  runFolder,
  type Upload,
} from '../core/campaign';
import { act, UNSAID } from '../core/control';
import { campaignDigest } from '../core/keys';
import { withoutAddresses } from '../core/notice-text';
import type { Log } from '../core/ports';
import type { Store } from '../core/store';
import { started } from './started';

/** What starts an execution: S3's event, or an operator who asks that a campaign be taken up again. */
export interface RegisterInput {
  readonly v: number;
  readonly execution: string;
  readonly startedAt: string;
  readonly event: ObjectCreated | Draft | Resume;
}

/** S3's "Object Created" in EventBridge's envelope; some senders leave the version out. */
export interface ObjectCreated {
  readonly time: string;
  readonly detail: {
    readonly bucket: { readonly name: string };
    readonly object: {
      readonly key: string;
      readonly size: number;
      readonly etag: string;
      readonly 'version-id'?: string;
      readonly sequencer: string;
    };
    readonly requester?: string;
  };
}

/** S3's event under the drafts' prefix. Its rule wraps it, because an older Register would take it for a list to be sent. */
export interface Draft {
  readonly draft: ObjectCreated;
}

/** A campaign's last upload once more: those who have no mail yet. Who and why go on the campaign's record. */
export interface Resume {
  readonly resume: { readonly campaign: string; readonly who?: string; readonly why?: string };
}

export interface RegisterPorts {
  readonly store: Store;
  readonly settings: Settings;
  readonly log: Log;
  readonly bus: Bus;
  /** The mailer's own: no list of another is read. */
  readonly bucket: string;
  /** How a mailer ends that may send nothing; undefined where it may. */
  readonly locked: () => Promise<RegisterOutput | undefined>;
  /** The campaign that a retry or rejected file says it belongs to. */
  readonly boundTo: (upload: Upload) => Promise<string | undefined>;
}

const DAY = 86_400_000;
/** Names of campaigns of our own making. */
const ELSEWHERE = '!elsewhere/';
const OURS = [draftName('', ''), ELSEWHERE];

export async function register(input: RegisterInput, ports: RegisterPorts): Promise<RegisterOutput> {
  check(input.event, ports.bucket, ports.settings.mailer);
  const locked = await ports.locked();
  if (locked) return locked;
  // The record may change between reading and writing it; each time round somebody else has got on.
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
      if (decided.decision === 'run' && decided.run) await tellOfRun(started(decided.run), ports);
      return decided;
    }
  }
}

/** Whoever may start an execution may write what they like into its input. */
function check(event: unknown, bucket: string, mailer: string): void {
  const { resume, draft } = (event ?? {}) as { resume?: Partial<Resume['resume']>; draft?: unknown };
  const wrong = (what: string) => new Error(`MM516: the execution's input is no upload to ${bucket}: ${what}`);
  if (typeof event !== 'object' || event === null) throw wrong('it is no event');
  if (Object.hasOwn(event, 'resume')) {
    if (typeof resume?.campaign === 'string' && resume.campaign.startsWith(`${mailer}/`)) return;
    throw wrong('it resumes a campaign of another mailer, or none');
  }
  const { detail, time } = ((Object.hasOwn(event, 'draft') ? draft : event) ?? {}) as Partial<ObjectCreated>;
  if (detail?.bucket?.name !== bucket) throw wrong('it is of another bucket, or none');
  const { key, etag, sequencer, size } = detail.object ?? ({} as Partial<ObjectCreated['detail']['object']>);
  if ([key, etag, sequencer, time].every((one) => typeof one === 'string') && typeof size === 'number') return;
  throw wrong('it names no object');
}

type Decided = Promise<RegisterOutput | undefined>;

async function arrive(input: RegisterInput, ports: RegisterPorts, event: ObjectCreated): Decided {
  const { settings } = ports;
  if (isFolder(event)) return { v: FORMAT, decision: 'ignored' };
  const upload = uploadOf(event);
  const { prefix, draftsPrefix } = settings.intake;
  const { key } = upload.list;
  // The rules and this function change one after the other when a stack is updated.
  if (draftsPrefix !== undefined && key.startsWith(draftsPrefix)) return draft(input, ports, event);
  if (!key.startsWith(prefix)) {
    const campaign = `${settings.mailer}/${ELSEWHERE}${campaignName(key, '')}`;
    return enrol(input, ports, upload, campaign, await read(campaign, ports), elsewhere(settings));
  }
  const byUpload = settings.intake.byUpload ? `@${upload.list.versionId ?? upload.sequencer}` : '';
  const name = `${campaignName(key, prefix)}${byUpload}`;
  const byKey = `${settings.mailer}/${name}`;
  const bound = await ports.boundTo(upload);
  if (OURS.some((own) => name.startsWith(own)))
    return enrol(input, ports, upload, byKey, await read(byKey, ports), ownName(name));
  // Another mailer may share the ledger; its campaigns are not for whoever puts lists here.
  const isOwn = bound === undefined || bound.startsWith(`${settings.mailer}/`);
  const known = isOwn ? await read(bound ?? byKey, ports) : undefined;
  if (bound && !known) return enrol(input, ports, upload, byKey, await read(byKey, ports), unknownCampaign(bound));

  const closed = known && Date.parse(input.startedAt) - Date.parse(known.activeAt) > settings.closesAfterDays * DAY;
  return enrol(input, ports, upload, bound ?? byKey, known, closed ? closedCampaign(known, settings) : undefined);
}

/** Whatever campaign it says it belongs to: a draft may not supersede one that is being sent. */
async function draft(input: RegisterInput, ports: RegisterPorts, event: ObjectCreated): Decided {
  if (isFolder(event)) return { v: FORMAT, decision: 'ignored' };
  const upload = uploadOf(event);
  const { key } = upload.list;
  const { mailer, intake } = ports.settings;
  const { draftsPrefix = '' } = intake;
  const campaign = `${mailer}/${draftName(key, key.startsWith(draftsPrefix) ? draftsPrefix : '')}`;
  const found = await read(campaign, ports, draftKey);
  return enrol(input, ports, upload, campaign, found, undefined, { draft: true, boundTo: await ports.boundTo(upload) });
}

/** What somebody made in the console. */
const isFolder = ({ detail: { object } }: ObjectCreated): boolean => object.key.endsWith('/') && object.size === 0;

const uploadOf = ({ detail, time }: ObjectCreated): Upload => ({
  list: {
    bucket: detail.bucket.name,
    key: detail.object.key,
    versionId: detail.object['version-id'],
    etag: detail.object.etag,
    size: detail.object.size,
  },
  sequencer: detail.object.sequencer,
  eventTime: time,
  uploadedBy: detail.requester,
});

const elsewhere = ({ intake: { prefix, draftsPrefix } }: Settings): Refusal => ({
  code: 'MM540',
  message:
    `The list lies neither under ${prefix} nor under ${draftsPrefix ?? LAYOUT.drafts}: the stack was being updated. ` +
    `Nothing of it was sent; put it under ${prefix}`,
});

const unknownCampaign = (campaign: string): Refusal => ({
  code: 'MM511',
  message:
    `The list belongs to the campaign ${quotable(campaign)}, which this mailer does not know. ` +
    `Remove its ${RESERVED_COLUMNS.campaign} column to make it a campaign of its own`,
});

/** A cell of the list, which may hold what stands in the wrong column. */
const quotable = (campaign: string): string => withoutAddresses(campaign.slice(0, 1100));

const ownName = (name: string): Refusal => ({
  code: 'MM517',
  message: `The list is named ${name.split('/', 1)[0]}/…, under which the mailer keeps what is its own. Give it another name`,
});

const closedCampaign = ({ campaign, activeAt }: CampaignRecord, { closesAfterDays }: Settings): Refusal => ({
  code: 'MM512',
  message:
    `The campaign ${campaign} is closed: its last run began ${activeAt}, more than ${closesAfterDays} days ago. ` +
    'Give a new mailing a new file name; under this name it would leave out all who got the last one',
});

async function resume(input: RegisterInput, ports: RegisterPorts, { resume: { campaign, who, why } }: Resume): Decided {
  const found = (await read(campaign, ports)) ?? (await read(campaign, ports, draftKey));
  if (!found) throw new Error(`MM513: resume: there is no campaign ${campaign}`);
  const said = { who: who ?? `whoever started ${input.execution}`, why: why ?? UNSAID };
  await ports.store.write(
    act(found, 'resume', {
      ...said,
      when: input.startedAt,
      run: found.run,
      id: input.execution.split(':').at(-1)!,
    }),
  );
  const upload: Upload = {
    list: { bucket: found.bucket, key: found.listKey, versionId: found.versionId, etag: found.etag, size: found.size },
    sequencer: found.sequencer,
    eventTime: found.eventTime,
    uploadedBy: found.uploadedBy,
  };
  return enrol(input, ports, upload, campaign, found, undefined, {
    again: true,
    draft: found.draft,
    boundTo: found.boundTo,
  });
}

interface Enrolled extends Pick<CampaignRecord, 'draft' | 'boundTo'> {
  /** The same upload once more. */
  readonly again?: boolean;
}

/** Undefined where somebody else was quicker. */
async function enrol(
  input: RegisterInput,
  ports: RegisterPorts,
  upload: Upload,
  campaign: string,
  found: CampaignRecord | undefined,
  refusal: Refusal | undefined,
  { again = false, draft, boundTo }: Enrolled = {},
): Decided {
  const digest = campaignDigest(campaign);
  if (found?.execution === input.execution) return output(found, digest);
  if (found && !again) {
    if (isSameUpload(upload, found)) return { v: FORMAT, decision: 'duplicate', run: asRun(found, digest) };
    if (!isNewer(upload, found)) return { v: FORMAT, decision: 'superseded', run: asRun(found, digest) };
  }
  const run = (found?.run ?? 0) + 1;
  const next: CampaignRecord = {
    ...(draft ? draftKey : campaignKey)(digest),
    v: FORMAT,
    mailer: ports.settings.mailer,
    campaign,
    run,
    execution: input.execution,
    bucket: upload.list.bucket,
    listKey: upload.list.key,
    versionId: upload.list.versionId,
    etag: upload.list.etag,
    size: upload.list.size,
    sequencer: upload.sequencer,
    eventTime: upload.eventTime,
    folder: runFolder(campaign, run, input.startedAt),
    begun: found?.begun ?? input.startedAt,
    startedAt: input.startedAt,
    // A refused upload keeps a closed campaign closed.
    activeAt: refusal && found ? found.activeAt : input.startedAt,
    uploadedBy: upload.uploadedBy,
    draft,
    resending: found !== undefined && !again && found.resendInDoubt === upload.list.key ? true : undefined,
    boundTo,
    refusalCode: refusal?.code,
    refusalMessage: refusal?.message,
  };
  const written = await ports.store.write(begin(found, next));
  return written.applied ? output(next, digest) : undefined;
}

function output(record: CampaignRecord, digest: string): RegisterOutput {
  const run = asRun(record, digest);
  if (record.refusalCode === undefined) return { v: FORMAT, decision: run.draft ? 'draft' : 'run', run };
  return {
    v: FORMAT,
    decision: 'refused',
    run,
    refusal: { code: record.refusalCode, message: record.refusalMessage ?? '' },
  };
}

async function read(
  campaign: string,
  { store }: RegisterPorts,
  key = campaignKey,
): Promise<CampaignRecord | undefined> {
  const [item] = await store.read([key(campaignDigest(campaign))]);
  return asCampaign(item);
}
