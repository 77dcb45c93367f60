import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { Upload } from '@aws-sdk/lib-storage';
import { sizeOf } from './local-files';
import type { Operator } from './operator';
import { Progress } from './progress';
import type { Uploaded } from './runs';
import type { Terminal } from './verb';

/** Parts of a list on the way at once. */
const PARTS = 4;

/** A file as it lies on the disk, in parts and from a stream, so that its size is no matter. */
export async function upload(
  file: string,
  key: string,
  metadata: Record<string, string>,
  operator: Operator,
  terminal: Terminal,
): Promise<Uploaded> {
  const size = sizeOf(file);
  const progress = new Progress(terminal.stderr, 1 << 20);
  const at = Date.now();
  const sending = new Upload({
    client: operator.s3,
    params: {
      Bucket: operator.connection.bucket,
      Key: key,
      Body: createReadStream(file),
      ContentType: contentType(file),
      Metadata: metadata,
    },
    queueSize: PARTS,
  });
  sending.on('httpUploadProgress', ({ loaded }) => progress.show(loaded ?? 0, size));
  try {
    const { ETag } = await sending.done();
    return { key, etag: ETag ?? '', at };
  } finally {
    progress.end();
  }
}

const contentType = (file: string): string =>
  /\.xlsx$/i.test(file) ? 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' : 'text/csv';

/** What a list's name ends with, packed or not. */
export const extension = (file: string): string => /(\.[A-Za-z0-9]{1,8})?(\.gz)?$/i.exec(basename(file))![0];
