import { PassThrough, type Readable } from 'node:stream';
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { type Files, type Folders, type Keys, ListDeniedError, ListGoneError, type Writer } from '../domain/ports';

export function s3Client(): S3Client {
  // An explicit endpoint is an emulator, which does not resolve bucket host names.
  const forcePathStyle = Boolean(process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL);
  return new S3Client({ forcePathStyle });
}

/** Reads and writes objects in S3. `bucket` is where runs write; a list names its own bucket. */
export function s3Files(client: S3Client, bucket: string): Files {
  const get = async (key: string): Promise<GetObjectCommandOutput['Body'] | undefined> => {
    try {
      return (await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))).Body;
    } catch (error) {
      if (nameOf(error) === 'NoSuchKey') return undefined;
      throw error;
    }
  };

  return {
    async openList({ bucket: from, key, versionId, etag }) {
      // Pin the version or ETag, because the key may have a newer upload by now.
      const exactly = versionId === undefined ? { IfMatch: etag } : { VersionId: versionId };
      try {
        const found = await client.send(new GetObjectCommand({ Bucket: from, Key: key, ...exactly }));
        return { body: found.Body as Readable, metadata: found.Metadata ?? {} };
      } catch (error) {
        if (GONE.has(nameOf(error)) || statusOf(error) === 412) throw new ListGoneError(key, { cause: error });
        if (statusOf(error) === 403) throw new ListDeniedError(key, { cause: error });
        throw error;
      }
    },
    async find(key, versionId) {
      try {
        const { ETag, ContentLength, LastModified, VersionId } = await client.send(
          new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }),
        );
        const pinned = versionId ?? VersionId;
        return {
          ...{ bucket, key, etag: ETag!, size: ContentLength!, modifiedAt: LastModified!.getTime() },
          ...(pinned === undefined || pinned === 'null' ? {} : { versionId: pinned }),
        };
      } catch (error) {
        // A HEAD response has no error name, so use the status. An invalid version id gives 400.
        if ([400, 404, 405].includes(statusOf(error)!)) return undefined;
        if (statusOf(error) === 403) throw new ListDeniedError(key, { cause: error });
        throw error;
      }
    },
    open: async (key) => (await get(key)) as Readable | undefined,
    text: async (key) => (await get(key))?.transformToString('utf-8'),
    async put(key, body, contentType) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType }));
    },
    async putIfAbsent(key, body, contentType) {
      const put = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentType: contentType,
        IfNoneMatch: '*',
      });
      try {
        await client.send(put);
        return true;
      } catch (error) {
        if (statusOf(error) === 412) return false;
        throw error;
      }
    },
    write: (key, contentType) => streamingWriter(client, bucket, key, contentType),
  };
}

/** Lists the folders directly under a prefix. */
export const s3Folders = (client: S3Client, bucket: string): Folders => ({
  async list(prefix) {
    const { CommonPrefixes = [] } = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, Delimiter: '/' }),
    );
    return CommonPrefixes.flatMap(({ Prefix }) => Prefix ?? []);
  },
});

/** Lists up to `most` keys under a prefix. */
export const s3Keys =
  (client: S3Client, bucket: string): Keys =>
  async (prefix, most = 1000) => {
    const { Contents = [] } = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: most }),
    );
    return Contents.flatMap(({ Key }) => Key ?? []);
  };

const GONE = new Set(['NoSuchKey', 'NoSuchVersion', 'NotFound']);

const nameOf = (error: unknown): string => (error as Partial<S3ServiceException>).name ?? '';
const statusOf = (error: unknown): number | undefined =>
  (error as Partial<S3ServiceException>).$metadata?.httpStatusCode;

function streamingWriter(client: S3Client, bucket: string, key: string, contentType: string): Writer {
  const body = new PassThrough();
  const upload = new Upload({ client, params: { Bucket: bucket, Key: key, Body: body, ContentType: contentType } });
  const done = upload.done();
  done.catch(() => {});
  body.on('error', () => {});
  // A failed upload closes its source stream, and `done` rejects with the reason.
  const failed = async (): Promise<never> => {
    await done;
    throw new Error(`MM603: ${key} was closed before its end`);
  };
  return {
    async write(chunk) {
      if (!body.destroyed && !body.write(chunk)) await drainedOrClosed(body);
      if (body.destroyed) await failed();
    },
    async end() {
      if (body.destroyed) await failed();
      body.end();
      await done;
    },
    async abandon() {
      await upload.abort();
      body.destroy();
    },
  };
}

function drainedOrClosed(body: PassThrough): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      body.off('drain', go).off('close', go);
      resolve();
    };
    body.on('drain', go).on('close', go);
  });
}
