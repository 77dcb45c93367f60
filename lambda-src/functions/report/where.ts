import { LAYOUT, type RunRef } from '../../../src/private/contract';
import { escapeControlCharacters } from '../../domain/text/escape-control-characters';
import type { Summary } from './summary';

/** Where the report is: paths that do not expire, for people who may read the bucket. A presigned link would expire. */
export function where({ list, folder }: RunRef, { files }: Summary, region: string | undefined): string[] {
  const page = `${folder}${LAYOUT.page}`;
  if (!files.includes(page)) return [escapeControlCharacters(`Report: s3://${list.bucket}/${folder}`)];
  return [
    escapeControlCharacters(`Report: s3://${list.bucket}/${page}`),
    ...(region === undefined ? [] : [`In the console: ${consoleUrl(list.bucket, page, region)}`]),
  ];
}

/** The console's own page of an object, by the partition of the Region. */
function consoleUrl(bucket: string, key: string, region: string): string {
  const host = region.startsWith('cn-')
    ? 'console.amazonaws.cn'
    : region.startsWith('us-gov-')
      ? 'console.amazonaws-us-gov.com'
      : 'console.aws.amazon.com';
  return `https://${host}/s3/object/${bucket}?region=${region}&prefix=${encodeURIComponent(key)}`;
}
