/** The AWS calls of Plan: serves the list and the templates, and counts what is written. */
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SesAccount } from '../local/ses/account';

export interface Written {
  objects: number;
  bytes: number;
  /** Lines of shards, without the first of each. */
  recipients: number;
}

export interface Sink {
  readonly url: string;
  readonly written: Written;
  close(): void;
}

export async function sink(list: string, templates: object): Promise<Sink> {
  const written: Written = { objects: 0, bytes: 0, recipients: 0 };
  const server = createServer((request, response) => {
    answer(request, response, { list, templates, written }).catch((error: Error) => {
      console.error(error);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, written, close: () => server.close() };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { list, templates, written }: { list: string; templates: object; written: Written },
): Promise<void> {
  const { method, url = '', headers } = request;
  if (headers['x-amz-target'] !== undefined) return answerLedger(request, response);
  const path = new URL(url, 'http://sink').pathname;
  if (method === 'GET') {
    if (path.endsWith('.csv')) createReadStream(list, { highWaterMark: 1 << 16 }).pipe(response);
    else if (path.startsWith('/templates/')) response.end(JSON.stringify(templates));
    else response.end(JSON.stringify(path.includes('account') ? ses.describe() : { VerifiedForSendingStatus: true }));
    return;
  }
  let lines = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    written.bytes += chunk.length;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines++;
  }
  if (method === 'PUT') {
    written.objects++;
    if (/\/shards\/\d+\.jsonl$/.test(path)) written.recipients += lines - 1;
  }
  answerUpload(request, response);
}

/** Answers as DynamoDB does for an empty table in which every write succeeds. */
export function answerLedger({ headers }: IncomingMessage, response: ServerResponse): void {
  const found = String(headers['x-amz-target']).endsWith('Query') ? { Items: [], Count: 0 } : {};
  response.setHeader('content-type', 'application/x-amz-json-1.0').end(JSON.stringify(found));
}

/** Answers an upload as S3 does, whole or in parts. */
export function answerUpload({ method, url = '' }: IncomingMessage, response: ServerResponse): void {
  if (method === 'PUT') {
    response.setHeader('ETag', '"etag"').end();
    return;
  }
  // A multipart upload of a file of unknown length.
  response.setHeader('Content-Type', 'application/xml');
  if (url.includes('uploads'))
    response.end(`<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>`);
  else response.end(`<CompleteMultipartUploadResult><ETag>"etag"</ETag></CompleteMultipartUploadResult>`);
}

const ses = new SesAccount(Date.now);
ses.set({ maxPerSecond: 100, max24Hours: 1e9 });
