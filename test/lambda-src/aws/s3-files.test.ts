import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { s3Client, s3Files } from '../../../lambda-src/aws/s3-files';
import { type Files, ListDeniedError, ListGoneError } from '../../../lambda-src/domain/ports';
import { collect } from '../../support/memory-files';

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let client: S3Client;
let files: Files;
let seen: Seen[];
/** What the bucket answers, besides 200. */
let answer: (request: Seen, response: ServerResponse) => boolean;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const url = new URL(request.url!, 'http://s3');
    const body = Buffer.concat(await collect(request as AsyncIterable<Buffer>)).toString();
    const it: Seen = {
      method: request.method!,
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body,
    };
    seen.push(it);
    if (!answer(it, response)) response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new S3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forcePathStyle: true,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  files = s3Files(client, 'out');
});
beforeEach(() => {
  seen = [];
  answer = () => false;
});
afterAll(async () => {
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const failWith = (status: number, code: string) => {
  answer = (_, response) => {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
    return true;
  };
};

const list = { bucket: 'in', key: 'campaigns/Mai é.csv', etag: '0af5', size: 3 };

test('a list is read by its version where there is one, with what its upload said', async () => {
  answer = (_, response) => {
    response.writeHead(200, { 'x-amz-meta-mailmatrix-template': 'spring' });
    response.end('email\n');
    return true;
  };
  const { body, metadata } = await files.openList({ ...list, versionId: 'v7' });
  expect(Buffer.concat(await collect(body as AsyncIterable<Buffer>)).toString()).toBe('email\n');
  expect(metadata).toEqual({ 'mailmatrix-template': 'spring' });
  expect(seen[0]).toMatchObject({ method: 'GET', path: '/in/campaigns/Mai%20%C3%A9.csv' });
  expect(seen[0]!.query.get('versionId')).toBe('v7');
  expect(seen[0]!.headers['if-match']).toBeUndefined();
});

test('without versions it is read only if it still is that upload', async () => {
  const { body } = await files.openList(list);
  await collect(body);
  expect(seen[0]!.headers['if-match']).toBe('0af5');
});

test.each([
  [404, 'NoSuchKey', ListGoneError],
  [404, 'NoSuchVersion', ListGoneError],
  [412, 'PreconditionFailed', ListGoneError],
  [403, 'AccessDenied', ListDeniedError],
  [403, 'InvalidObjectState', ListDeniedError],
])('a list answered by %i %s', async (status, code, error) => {
  failWith(status, code);
  await expect(files.openList(list)).rejects.toThrow(error);
});

test('an outage is neither', async () => {
  failWith(503, 'SlowDown');
  await expect(files.openList(list)).rejects.toMatchObject({ name: 'SlowDown' });
});

test('an object that is not there is undefined, and one that may not be read is an error', async () => {
  failWith(404, 'NoSuchKey');
  expect(await files.text('k')).toBeUndefined();
  expect(await files.open('k')).toBeUndefined();
  failWith(403, 'AccessDenied');
  await expect(files.text('k')).rejects.toMatchObject({ name: 'AccessDenied' });
});

test('what is there under a key is found with what pins it', async () => {
  answer = (_, response) => {
    const modified = 'Fri, 01 May 2026 08:00:00 GMT';
    response.writeHead(200, {
      etag: '"0af5"',
      'content-length': '3',
      'last-modified': modified,
      'x-amz-version-id': 'v8',
    });
    response.end();
    return true;
  };
  const found = { bucket: 'out', key: 'k', etag: '"0af5"', size: 3, modifiedAt: Date.parse('2026-05-01T08:00:00Z') };
  expect(await files.find('k')).toEqual({ ...found, versionId: 'v8' });
  await files.find('k', 'v7');
  expect(seen.map(({ method, query }) => [method, query.get('versionId')])).toEqual([
    ['HEAD', null],
    ['HEAD', 'v7'],
  ]);
});

test.each([404, 400, 405])('nothing is found where S3 answers %i', async (status) => {
  failWith(status, '');
  expect(await files.find('k')).toBeUndefined();
});

test('what may not be read is no outage, and an outage is one', async () => {
  failWith(403, '');
  await expect(files.find('k')).rejects.toThrow(ListDeniedError);
  failWith(503, '');
  await expect(files.find('k')).rejects.not.toThrow(ListDeniedError);
});

test('text is read and written as UTF-8', async () => {
  answer = ({ method }, response) => method === 'GET' && Boolean(response.end('été 名'));
  expect(await files.text('k')).toBe('été 名');
  await files.put('k', 'été 名', 'text/plain');
  expect(seen[1]).toMatchObject({ method: 'PUT', path: '/out/k', body: 'été 名' });
  expect(seen[1]!.headers['content-type']).toBe('text/plain');
});

test('an object is put only where none is', async () => {
  expect(await files.putIfAbsent('k', '{}', 'application/json')).toBe(true);
  expect(seen[0]!.headers['if-none-match']).toBe('*');
  failWith(412, 'PreconditionFailed');
  expect(await files.putIfAbsent('k', '{}', 'application/json')).toBe(false);
  failWith(503, 'SlowDown');
  await expect(files.putIfAbsent('k', '{}', 'application/json')).rejects.toMatchObject({ name: 'SlowDown' });
});

test('a stream is written whole, in parts where it is long', async () => {
  const parts = new Map<string, string>();
  answer = ({ method, query, body }, response) => {
    if (method === 'POST' && query.has('uploads')) {
      response.end('<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>');
      return true;
    }
    if (method === 'PUT') {
      parts.set(query.get('partNumber')!, body);
      response.setHeader('etag', '"e"');
    }
    if (method === 'POST')
      response.write('<CompleteMultipartUploadResult><ETag>"e"</ETag></CompleteMultipartUploadResult>');
    response.end();
    return true;
  };
  const writer = files.write('long', 'text/csv');
  const line = `${'x'.repeat(1023)}\n`;
  for (let i = 0; i < 11 * 1024; i++) await writer.write(line);
  await writer.end();
  expect(parts.size).toBe(3);
  expect(
    [...parts.keys()]
      .sort()
      .map((part) => parts.get(part))
      .join('') === line.repeat(11 * 1024),
  ).toBe(true);
});

test('an empty stream is an empty object', async () => {
  await files.write('empty', 'text/csv').end();
  expect(seen).toMatchObject([{ method: 'PUT', path: '/out/empty', body: '' }]);
});

test('a stream that cannot be written fails its writer, and does not hang it', async () => {
  failWith(403, 'AccessDenied');
  const writer = files.write('long', 'text/csv');
  const chunk = 'x'.repeat(1 << 20);
  // Also between writes, long before the end.
  const writing = async () => {
    for (;;) await writer.write(chunk);
  };
  await expect(writing()).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(writer.end()).rejects.toMatchObject({ name: 'AccessDenied' });
});

test('an emulator\u2019s buckets are found by path', async () => {
  const before = process.env.AWS_ENDPOINT_URL_S3;
  process.env.AWS_REGION ??= 'eu-central-1';
  try {
    delete process.env.AWS_ENDPOINT_URL_S3;
    expect(s3Client().config.forcePathStyle).toBe(false);
    process.env.AWS_ENDPOINT_URL_S3 = 'http://127.0.0.1:4566';
    expect(s3Client().config.forcePathStyle).toBe(true);
  } finally {
    if (before === undefined) delete process.env.AWS_ENDPOINT_URL_S3;
    else process.env.AWS_ENDPOINT_URL_S3 = before;
  }
});

test('a file that has its end takes no more', async () => {
  const writer = files.write('report.csv', 'text/csv');
  await writer.write('a row');
  await writer.end();
  await expect(writer.write('another')).rejects.toThrow('MM603: report.csv was closed before its end');
  expect(seen.map(({ body }) => body).join()).not.toContain('another');
});
