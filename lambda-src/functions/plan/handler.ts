import { ENV, type PlanInput, type PlanOutput, type TemplatesDocument } from '../../../src/private/contract';
import { readBucketTexts } from '../../aws/bucket-texts';
import { clock } from '../../aws/clock';
import { dynamoStore } from '../../aws/dynamo-store';
import { env, settings } from '../../aws/env';
import { keyRing } from '../../aws/link-keys';
import { logger } from '../../aws/log';
import { emfMetrics } from '../../aws/metrics';
import { ofRun } from '../../aws/payload';
import { s3Client, s3Files } from '../../aws/s3-files';
import { sesPort } from '../../aws/ses';
import type { AttachmentsDocument } from '../../domain/run/attachments';
import { withBucketTemplates } from './bucket-templates';
import { withDeployTimeValues } from './deploy-time-values';
import { plan } from './plan';

const s3 = s3Client();
const metrics = emfMetrics();
const store = dynamoStore(env('ledger'));
// Absent for a short time while a stack of an earlier version is being updated.
const linkSecret = process.env[ENV.linkSecret];
const ring = linkSecret === undefined ? undefined : keyRing(linkSecret);

export const handler = ofRun(async (input: PlanInput): Promise<PlanOutput> => {
  const ses = sesPort();
  try {
    const files = s3Files(s3, env('bucket'));
    const linkKeys = ring && (() => ring.keys());
    const common = { files, ses, clock, log: logger, metrics, store, settings: settings(), linkKeys };
    return await plan(input, { ...common, templates: deployedTemplates, attachments: () => asset('attachmentsKey') });
  } finally {
    metrics.flush();
    ses.close();
  }
});

async function deployedTemplates(): Promise<TemplatesDocument> {
  const documents = await asset<TemplatesDocument>(
    'templatesKey',
    JSON.parse(process.env[ENV.deployTimeValues] ?? '{}'),
  );
  if (Object.values(documents.templates).every(({ from }) => from === undefined)) return documents;
  return withBucketTemplates(documents, {
    buckets: JSON.parse(env('templateBuckets')),
    read: (...what) => readBucketTexts(s3, ...what),
    // Load the builder from a separate file, because most plans do not need it.
    build: async () => (require('./build.js') as typeof import('../../synth')).buildTemplate,
  });
}

/** Without permission to list the CDK's bucket, S3 answers AccessDenied for an asset that is missing. */
function absentIfDenied(error: Error): undefined {
  if (error.name !== 'AccessDenied') throw error;
}

async function asset<T extends TemplatesDocument | AttachmentsDocument>(
  name: 'templatesKey' | 'attachmentsKey',
  deployTimeValues: { readonly [place: string]: string } = {},
): Promise<T> {
  const [bucket, key] = [env('templatesBucket'), env(name)];
  const text = await s3Files(s3, bucket).text(key).catch(absentIfDenied);
  if (text === undefined)
    throw new Error(`MM602: the templates asset s3://${bucket}/${key} is missing; deploy the stack again`);
  return JSON.parse(withDeployTimeValues(text, deployTimeValues)) as T;
}
