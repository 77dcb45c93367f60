import type { Upload } from '../../domain/campaign/campaign';

/** S3's "Object Created" event as EventBridge delivers it. The version id is absent in an unversioned bucket. */
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

/** An S3 event under the drafts prefix. The EventBridge rule wraps it, so that a draft is never sent as a list. */
export interface Draft {
  readonly draft: ObjectCreated;
}

/** A request to resume a campaign for recipients without an email. The campaign's record stores `who` and `why`. */
export interface Resume {
  readonly resume: {
    readonly campaign: string;
    /** The run whose list is sent; by default, the campaign's last run. */
    readonly run?: number;
    readonly who?: string;
    readonly why?: string;
  };
}

export type Arrival = ObjectCreated | Draft | Resume;

/** Validates the input, which any principal that may start an execution can choose freely. */
export function checkArrival(event: unknown, bucket: string, mailer: string): void {
  const { resume, draft } = (event ?? {}) as { resume?: Partial<Resume['resume']>; draft?: unknown };
  const wrong = (what: string) => new Error(`MM516: the execution's input is no upload to ${bucket}: ${what}`);
  if (typeof event !== 'object' || event === null) throw wrong('it is no event');
  if (Object.hasOwn(event, 'resume')) {
    if (typeof resume?.campaign !== 'string' || !resume.campaign.startsWith(`${mailer}/`))
      throw wrong('it resumes a campaign of another mailer, or none');
    if (resume.run !== undefined && !Number.isSafeInteger(resume.run)) throw wrong('resume.run is no number');
    return;
  }
  const { detail, time } = ((Object.hasOwn(event, 'draft') ? draft : event) ?? {}) as Partial<ObjectCreated>;
  if (detail?.bucket?.name !== bucket) throw wrong('it is of another bucket, or none');
  const { key, etag, sequencer, size } = detail.object ?? ({} as Partial<ObjectCreated['detail']['object']>);
  if ([key, etag, sequencer, time].every((one) => typeof one === 'string') && typeof size === 'number') return;
  throw wrong('it names no object');
}

/** Whether the object is a folder created in the S3 console. */
export const isFolder = ({ detail: { object } }: ObjectCreated): boolean =>
  object.key.endsWith('/') && object.size === 0;

export const uploadOf = ({ detail, time }: ObjectCreated): Upload => ({
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
