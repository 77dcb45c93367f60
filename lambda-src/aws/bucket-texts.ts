import { GetObjectCommand, ListObjectsV2Command, type S3Client, type S3ServiceException } from '@aws-sdk/client-s3';
import type { BucketText } from '../domain/template/template-files';

/** Reads the texts under a prefix. Returns undefined if the bucket does not exist or access is denied. */
export async function readBucketTexts(
  client: S3Client,
  bucket: string,
  prefix: string,
  wanted: (path: string) => boolean,
): Promise<Map<string, BucketText> | undefined> {
  const texts = new Map<string, BucketText>();
  try {
    let from: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: from }),
      );
      for (const { Key: key = '' } of page.Contents ?? []) {
        const path = key.slice(prefix.length);
        if (!wanted(path)) continue;
        const found = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        texts.set(path, {
          text: (await found.Body?.transformToString('utf-8')) ?? '',
          version: found.VersionId ?? found.ETag ?? '',
          modifiedAt: (found.LastModified ?? new Date(0)).toISOString(),
        });
      }
      from = page.NextContinuationToken;
    } while (from !== undefined);
  } catch (error) {
    const { name, $metadata } = error as Partial<S3ServiceException>;
    if (name === 'NoSuchBucket' || $metadata?.httpStatusCode === 403) return undefined;
    throw error;
  }
  return texts;
}
