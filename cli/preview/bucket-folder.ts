import { withBucketTemplates } from '../../lambda-src/functions/plan/bucket-templates';
import { buildTemplate } from '../../lambda-src/template-build/build-template';
import { FORMAT } from '../../src/private/contract';
import { readAsCaller } from './app-mailer';
import { DEFAULT_DOCUMENT, type FoundTemplate, templatesIn } from './templates';

export const isBucketFolder = (directory: string): boolean => directory.startsWith('s3://');

/** Reads a template from a bucket, as `MailTemplate.fromBucket` does: its folder, and the partials beside it. */
export async function templatesInBucket(folder: string, read = readAsCaller): Promise<FoundTemplate[]> {
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/((?:[^/]+\/)+)$/.exec(folder) ?? [];
  if (bucket === undefined || prefix === undefined) {
    throw new Error(`MM701: preview: must be such as s3://bucket/mail/welcome/, got ${folder}`);
  }
  const name = /([^/]+)\/$/.exec(prefix)![1]!;
  const from = { bucket: 0, prefix, partials: prefix.replace(/[^/]*\/$/, '_partials/') };
  const documents = { v: FORMAT, templates: { [name]: { ...DEFAULT_DOCUMENT, from } }, identities: [] } as const;
  const ports = { buckets: [bucket], read, build: async () => buildTemplate };
  return templatesIn(await withBucketTemplates(documents, ports));
}
