import type { PlanInput, PlanOutput, TemplatesDocument } from '../../src/private/contract';
import { clock } from '../aws/clock';
import { env, settings } from '../aws/env';
import { logger } from '../aws/log';
import { s3Client, s3Files } from '../aws/s3-files';
import { sesPort } from '../aws/ses';
import { plan } from './plan';

const s3 = s3Client();

export async function handler(input: PlanInput): Promise<PlanOutput> {
  const ses = sesPort();
  try {
    const files = s3Files(s3, env('bucket'));
    return await plan(input, { files, ses, clock, log: logger, settings: settings(), templates: deployedTemplates });
  } finally {
    ses.close();
  }
}

async function deployedTemplates(): Promise<TemplatesDocument> {
  const [bucket, key] = [env('templatesBucket'), env('templatesKey')];
  const text = await s3Files(s3, bucket).text(key);
  if (text === undefined)
    throw new Error(`MM602: the templates asset s3://${bucket}/${key} is missing; deploy the stack again`);
  return JSON.parse(text) as TemplatesDocument;
}
