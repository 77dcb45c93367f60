import type { Upload } from '../../domain/campaign/campaign';

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

/** S3's event under the drafts' prefix. Its rule wraps it, so that it is never taken for a list to be sent. */
export interface Draft {
  readonly draft: ObjectCreated;
}

/** A run that is resumed for recipients without an email. Who and why go on the campaign's record. */
export interface Resume {
  readonly resume: {
    readonly campaign: string;
    /** The run whose list it is; else the campaign's last one. */
    readonly run?: number;
    readonly who?: string;
    readonly why?: string;
  };
}

export type Arrival = ObjectCreated | Draft | Resume;

/** A caller that may start an execution may write anything into its input. */
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

/** An object that was made in the console. */
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
