import { CopyObjectCommand, HeadObjectCommand, NotFound } from '@aws-sdk/client-s3';
import { METADATA } from '../../src/private/contract';
import { conclude, follow, runOf } from './follow';
import type { Operator } from './operator';
import type { Reported } from './reported';
import { planOf, type Uploaded } from './runs';
import type { Terminal } from './verb';

/** Whether a run's report has a file. */
export async function hasReportFile(of: Reported, file: string, { s3, connection }: Operator): Promise<boolean> {
  try {
    await s3.send(new HeadObjectCommand({ Bucket: connection.bucket, Key: `${of.folder}${file}` }));
    return true;
  } catch (error) {
    if (error instanceof NotFound) return false;
    throw error;
  }
}

/** Follows the run of each upload, one after the other, and returns the highest exit code. */
export async function followAll(
  uploads: readonly Uploaded[],
  operator: Operator,
  terminal: Terminal,
  json?: boolean,
): Promise<number> {
  let code = 0;
  for (const uploaded of uploads) {
    const followed = await follow(await runOf(uploaded, operator, terminal), operator, terminal);
    code = Math.max(code, conclude(followed, operator, terminal, json));
  }
  return code;
}

/** The key of a list made from a run's report: beside the original list, because the folder may choose the template. */
export function keyBeside({ listKey, run }: Pick<Reported, 'listKey' | 'run'>, what: string): string {
  const stem = listKey.replace(/(\.(csv|tsv|txt|manifest))?(\.gz)?$/i, '').replace(/\.(retry|in-doubt)-\d+$/, '');
  return `${stem}.${what}-${run}.csv`;
}

/** Copies a file of a run's report within the bucket to a list's key. The file names its campaign in a column. */
export async function uploadAgain(
  of: Reported,
  file: string,
  key: string,
  template: string | undefined,
  operator: Operator,
): Promise<Uploaded> {
  const { s3, connection } = operator;
  const chosen = template ?? (await planOf(of, operator))?.template;
  const at = Date.now();
  const { CopyObjectResult } = await s3.send(
    new CopyObjectCommand({
      Bucket: connection.bucket,
      Key: key,
      CopySource: `${connection.bucket}/${of.folder}${file}`.split('/').map(encodeURIComponent).join('/'),
      MetadataDirective: 'REPLACE',
      ContentType: 'text/csv',
      Metadata: chosen === undefined ? {} : { [METADATA.template]: chosen },
    }),
  );
  return { key, etag: CopyObjectResult?.ETag ?? '', at };
}
