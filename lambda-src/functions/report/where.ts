import { LAYOUT, type RunRef } from '../../../src/private/contract';
import { escapeControlCharacters } from '../../domain/text/escape-control-characters';
import type { Summary } from './summary';

/** Returns lines with the report's S3 path and console link. Unlike a presigned URL, they do not expire. */
export function where({ list, folder }: RunRef, { files }: Summary, region: string | undefined): string[] {
  const page = `${folder}${LAYOUT.page}`;
  if (!files.includes(page)) return [escapeControlCharacters(`Report: s3://${list.bucket}/${folder}`)];
  return [
    escapeControlCharacters(`Report: s3://${list.bucket}/${page}`),
    ...(region === undefined ? [] : [`In the console: ${consoleUrl(list.bucket, page, region)}`]),
  ];
}

/** Returns the URL of the object's page in the AWS console of the Region's partition. */
function consoleUrl(bucket: string, key: string, region: string): string {
  const host = region.startsWith('cn-')
    ? 'console.amazonaws.cn'
    : region.startsWith('us-gov-')
      ? 'console.amazonaws-us-gov.com'
      : 'console.aws.amazon.com';
  return `https://${host}/s3/object/${bucket}?region=${region}&prefix=${encodeURIComponent(key)}`;
}
