import { createHash, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { contentOf } from '../../support/aws-chunked';
import { AwsError } from './error';

interface S3Object {
  readonly body: Buffer;
  readonly etag: string;
  readonly versionId: string;
  readonly metadata: { readonly [header: string]: string };
}

export interface S3Request {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface S3Answer {
  readonly headers?: { readonly [name: string]: string };
  readonly body?: Buffer | string;
}

/** S3's objects in memory, each with its newest version only. `onPut` hears of every object, as EventBridge does. */
export class Objects {
  private readonly objects = new Map<string, S3Object>();
  private readonly uploads = new Map<string, { readonly parts: Buffer[]; readonly metadata: S3Object['metadata'] }>();
  /** Whose callers may not list it: there S3 says of an object that is absent that it is denied. */
  readonly unlisted = new Set<string>();
  onPut: (bucket: string, key: string, object: S3Object) => void = () => {};

  put(bucket: string, key: string, body: Buffer | string, metadata: S3Object['metadata'] = {}): S3Object {
    const bytes = Buffer.from(body);
    const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
    const object = { body: bytes, etag, versionId: randomUUID(), metadata };
    this.objects.set(`${bucket}/${key}`, object);
    this.onPut(bucket, key, object);
    return object;
  }

  remove = (bucket: string, key: string): boolean => this.objects.delete(`${bucket}/${key}`);

  text = (bucket: string, key: string): string | undefined => this.objects.get(`${bucket}/${key}`)?.body.toString();

  keys = (bucket: string, prefix = ''): string[] =>
    [...this.objects.keys()]
      .filter((name) => name.startsWith(`${bucket}/${prefix}`))
      .map((name) => name.slice(bucket.length + 1))
      .sort();

  answer(request: S3Request): S3Answer {
    const { method, bucket, key, query, headers } = request;
    if (method === 'GET' && key === '') return this.list(bucket, query);
    if (method === 'GET' || method === 'HEAD') return this.read(request);
    if (method === 'POST') return this.multipart(request);
    if (method === 'PUT' && query.has('partNumber')) {
      const upload = this.uploads.get(query.get('uploadId')!)!;
      upload.parts[Number(query.get('partNumber')) - 1] = contentOf(request.headers, request.body);
      return { headers: { etag: '"part"' } };
    }
    if (method === 'PUT' && headers['x-amz-copy-source'] !== undefined) {
      const found = this.objects.get(decodeURIComponent(String(headers['x-amz-copy-source'])).replace(/^\//, ''));
      if (!found) throw new AwsError(404, 'NoSuchKey', 'The specified key does not exist.');
      const { etag } = this.put(bucket, key, found.body, metadataOf(headers));
      return { body: `<CopyObjectResult><ETag>${etag}</ETag></CopyObjectResult>` };
    }
    if (method === 'PUT') {
      if (headers['if-none-match'] === '*' && this.objects.has(`${bucket}/${key}`))
        throw new AwsError(412, 'PreconditionFailed', 'At least one of the preconditions did not hold');
      return {
        headers: { etag: this.put(bucket, key, contentOf(request.headers, request.body), metadataOf(headers)).etag },
      };
    }
    throw new Error(`S3 knows no ${method} of ${key}?${query}`);
  }

  private read({ bucket, key, query, headers }: S3Request): S3Answer {
    const found = this.objects.get(`${bucket}/${key}`);
    if (!found && this.unlisted.has(bucket)) throw new AwsError(403, 'AccessDenied', 'Access Denied');
    if (!found) throw new AwsError(404, 'NoSuchKey', 'The specified key does not exist.');
    const version = query.get('versionId');
    if (version !== null && version !== found.versionId) throw new AwsError(404, 'NoSuchVersion', 'No such version');
    const match = headers['if-match'];
    if (match !== undefined && match.replaceAll('"', '') !== found.etag.replaceAll('"', ''))
      throw new AwsError(412, 'PreconditionFailed', 'At least one of the preconditions did not hold');
    const { etag, versionId, metadata, body } = found;
    return { headers: { etag, 'x-amz-version-id': versionId, ...metadata }, body };
  }

  private multipart({ bucket, key, query, headers }: S3Request): S3Answer {
    const known = query.get('uploadId');
    if (known === null) {
      const uploadId = randomUUID();
      this.uploads.set(uploadId, { parts: [], metadata: metadataOf(headers) });
      return { body: `<R><UploadId>${uploadId}</UploadId></R>` };
    }
    const { parts, metadata } = this.uploads.get(known)!;
    return { body: `<R><ETag>${this.put(bucket, key, Buffer.concat(parts), metadata).etag}</ETag></R>` };
  }

  private list(bucket: string, query: URLSearchParams): S3Answer {
    const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter')];
    const keys = this.keys(bucket, prefix);
    const ends = keys.map((key) => (delimiter === null ? -1 : key.indexOf(delimiter, prefix.length)));
    const folders = new Set(keys.flatMap((key, at) => (ends[at]! < 0 ? [] : [key.slice(0, ends[at]! + 1)])));
    const contents = keys.filter((_, at) => ends[at]! < 0).slice(0, Number(query.get('max-keys') ?? 1000));
    return {
      body: `<R>${contents.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('')}${[...folders]
        .map((one) => `<CommonPrefixes><Prefix>${one}</Prefix></CommonPrefixes>`)
        .join('')}</R>`,
    };
  }
}

const metadataOf = (headers: IncomingHttpHeaders): S3Object['metadata'] =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith('x-amz-meta-') || name === 'content-type' ? [[name, String(value)]] : [],
    ),
  );
