import type { IncomingMessage, ServerResponse } from 'node:http';
import { contentOf } from '../../test/support/aws-chunked';

const XML = 'application/xml';
const ABSENT = '<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>';
const THERE = '<Error><Code>PreconditionFailed</Code><Message>It is there</Message></Error>';

/** S3 objects in memory, for all buckets. */
export class CostObjects {
  private readonly objects = new Map<string, Buffer>();
  private readonly parts = new Map<string, Buffer[]>();

  textOf = (key: string): string | undefined => this.objects.get(key)?.toString();

  /** Returns the texts of the objects under a prefix. */
  under = (prefix: string): string[] =>
    [...this.objects].filter(([key]) => key.startsWith(prefix)).map(([, body]) => body.toString());

  answer({ method, headers }: IncomingMessage, url: URL, body: Buffer, response: ServerResponse): void {
    const key = decodeURIComponent(url.pathname).split('/').slice(2).join('/');
    const content = contentOf(headers, body);
    const say = (status: number, text: string) => void response.writeHead(status, { 'content-type': XML }).end(text);
    const { searchParams: query } = url;
    if (method === 'GET' && key === '') return say(200, this.listed(query.get('prefix') ?? '', query.get('delimiter')));
    if (method === 'GET') {
      const found = this.objects.get(key);
      return found ? void response.setHeader('etag', '"e"').end(found) : say(404, ABSENT);
    }
    const part = query.get('partNumber');
    if (method === 'PUT' && part) {
      const parts = this.parts.get(key) ?? [];
      parts[Number(part) - 1] = content;
      this.parts.set(key, parts);
      return void response.setHeader('etag', '"e"').end();
    }
    if (method === 'PUT') {
      if (headers['if-none-match'] === '*' && this.objects.has(key)) return say(412, THERE);
      this.objects.set(key, content);
      return void response.setHeader('etag', '"e"').end();
    }
    if (query.has('uploads')) return say(200, '<R><UploadId>u</UploadId></R>');
    this.objects.set(key, Buffer.concat(this.parts.get(key) ?? []));
    this.parts.delete(key);
    return say(200, '<R><ETag>"e"</ETag></R>');
  }

  private listed(prefix: string, delimiter: string | null): string {
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix));
    if (delimiter === null) return `<R>${keys.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('')}</R>`;
    const folders = new Set(
      keys.flatMap((key) => {
        const at = key.indexOf(delimiter, prefix.length);
        return at < 0 ? [] : [key.slice(0, at + 1)];
      }),
    );
    return `<R>${[...folders].map((one) => `<CommonPrefixes><Prefix>${one}</Prefix></CommonPrefixes>`).join('')}</R>`;
  }
}
