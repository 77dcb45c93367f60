import type { IncomingHttpHeaders } from 'node:http';

const NEWLINE = Buffer.from('\r\n');

/** Returns the content of an upload. The SDK sends streams as chunks with their sizes in hex, and a checksum after them. */
export function contentOf(headers: IncomingHttpHeaders, body: Buffer): Buffer {
  if (!String(headers['content-encoding'] ?? '').includes('aws-chunked')) return body;
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = body.indexOf(NEWLINE, at);
    const size = Number.parseInt(body.subarray(at, end).toString().split(';')[0]!, 16);
    if (!(size > 0)) return Buffer.concat(chunks);
    chunks.push(body.subarray(end + 2, end + 2 + size));
    at = end + 4 + size;
  }
}
