import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { manifestText, partsFolder } from '../../lambda-src/domain/list/parts/manifest';
import type { ListRef } from '../../src/private/contract';
import { isInParts, type LocalFile, type LocalList, listSize, sizeOf } from './list/local-list';
import type { Operator } from './operator';
import { Progress } from './progress';
import type { Uploaded } from './runs';
import type { Terminal } from './verb';

/** The number of concurrent parts of a multipart upload. */
const PIECES = 4;

/** Uploads a list as multipart streams, to bound memory. For a list in parts, uploads the manifest last. */
export async function upload(
  list: LocalList,
  key: string,
  metadata: Record<string, string>,
  operator: Operator,
  terminal: Terminal,
): Promise<Uploaded> {
  const { bucket } = operator.connection;
  const size = listSize(list);
  const progress = new Progress(terminal.stderr, 1 << 20);
  let before = 0;
  const put = async (of: string, file: LocalFile, more: object): Promise<ListRef> => {
    const Body = createReadStream(file.path);
    const params = { Bucket: bucket, Key: of, Body, ContentType: contentType(file.path), ...more };
    const sending = new Upload({ client: operator.s3, params, queueSize: PIECES });
    sending.on('httpUploadProgress', ({ loaded }) => progress.show(before + (loaded ?? 0), size));
    const { ETag, VersionId } = await sending.done();
    const length = sizeOf(file.path);
    before += length;
    return { bucket, key: of, etag: ETag ?? '', size: length, versionId: VersionId };
  };
  const at = Date.now();
  try {
    const [first] = list.files as [LocalFile];
    if (!isInParts(list)) return { key, etag: (await put(key, first, { Metadata: metadata })).etag, at };
    // A new folder for each upload, because a run may still read the parts of an earlier one.
    const folder = `${partsFolder({ key })}${new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')}/`;
    const parts: ListRef[] = [];
    for (const file of list.files) parts.push(await put(`${folder}${file.name}`, file, {}));
    const { ETag } = await operator.s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: manifestText(parts),
        ContentType: 'application/json',
        Metadata: metadata,
      }),
    );
    return { key, etag: ETag ?? '', at };
  } finally {
    progress.end();
  }
}

const contentType = (file: string): string =>
  /\.xlsx$/i.test(file) ? 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' : 'text/csv';

/** The extension of a list's file, including `.gz`. */
export const extension = (file: string): string => /(\.[A-Za-z0-9]{1,8})?(\.gz)?$/i.exec(basename(file))![0];
