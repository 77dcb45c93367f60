/** The AWS calls of the functions and loops, with TLS, in a separate process so that its cost is not measured. */

import { randomBytes, randomUUID } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { SesHttp } from '../../local/ses/endpoint';
import { CostLedger } from './ledger';
import { CostObjects } from './objects';
import { BUCKET, TEMPLATES } from './settings';

/** The questions of the parent; each has one answer. */
export type Question =
  | { readonly rate: number }
  | { readonly list: string }
  | { readonly traffic: true }
  | { readonly shards: string }
  | { readonly sent: string }
  | { readonly messages: true };

/** Traffic since the last question. */
export interface Traffic {
  readonly requests: number;
  /** Bytes in both directions, before encryption. */
  readonly bytes: number;
}

/** An email that SES accepted. */
export interface Taken {
  readonly messageId: string;
  readonly to: string;
  readonly tags: { readonly [name: string]: string };
}

/** Response times in milliseconds, about as measured within a Region. A function waits for them without using CPU. */
const RESPONSE_MILLISECONDS = { dynamodb: 4, ses: 60 };

const [key = '', certificate = ''] = process.argv.slice(2);
const ledger = new CostLedger();
const objects = new CostObjects();
const ses = new SesHttp({
  verified: ['example.com'],
  keepContent: false,
  account: { maxPerSecond: 100, max24Hours: 1e9, enforce: false },
  faults: [{ does: 'ok', delayMilliseconds: RESPONSE_MILLISECONDS.ses }],
});
const sockets = new Set<TLSSocket>();
let list = '';
let requests = 0;
let closedBytes = 0;
let toldBytes = 0;

const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (request, response) => {
  answer(request, response).catch((error: Error) => {
    console.error(error);
    response.destroy();
  });
});
server.keepAliveTimeout = 75_000;
server.on('secureConnection', (socket) => {
  sockets.add(socket);
  socket.on('close', () => {
    sockets.delete(socket);
    closedBytes += bytesOf(socket);
  });
});
server.listen(0, '127.0.0.1', () =>
  process.send!({ url: `https://127.0.0.1:${(server.address() as AddressInfo).port}` }),
);

process.on('message', ({ ask, ...question }: { ask: number } & Question) =>
  process.send!({ ask, answer: told(question as Question) }),
);

const bytesOf = ({ bytesRead, bytesWritten }: TLSSocket): number => bytesRead + bytesWritten;

function told(question: Question): unknown {
  if ('rate' in question) ses.service.account.set({ maxPerSecond: question.rate });
  if ('list' in question) list = question.list;
  if ('shards' in question) return objects.textOf(question.shards);
  if ('messages' in question) return takenSince();
  if ('sent' in question) return objects.under(question.sent).reduce((sum, shard) => sum + ledger.markSent(shard), 0);
  if (!('traffic' in question)) return undefined;
  const all = [...sockets].reduce((sum, socket) => sum + bytesOf(socket), closedBytes);
  const traffic: Traffic = { requests, bytes: all - toldBytes };
  requests = 0;
  toldBytes = all;
  return traffic;
}

function takenSince(): readonly Taken[] {
  const taken = ses.service.requests.filter(({ accepted }) => accepted);
  ses.service.requests = [];
  return taken.map(({ messageId, to, tags }) => ({ messageId: messageId!, to: to[0]!, tags }));
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  requests += 1;
  const { method, headers } = request;
  const url = new URL(request.url ?? '/', 'https://aws');
  const target = String(headers['x-amz-target'] ?? '');
  response.setHeader('x-amzn-requestid', randomUUID());
  if (method === 'GET' && url.pathname.startsWith(`/${BUCKET}/campaigns/`)) {
    createReadStream(list, { highWaterMark: 1 << 16 }).pipe(response);
    return;
  }
  if (url.pathname.startsWith('/v2/email/')) return ses.handle(request, response);
  const body = await read(request);
  if (target.startsWith('DynamoDB_')) {
    await sleep(RESPONSE_MILLISECONDS.dynamodb);
    return json(
      response,
      ledger.answer(target.split('.')[1]!, JSON.parse(body.toString())),
      'application/x-amz-json-1.0',
    );
  }
  if (target.startsWith('secretsmanager.'))
    return json(response, { SecretString: SECRET }, 'application/x-amz-json-1.1');
  if (url.pathname === '/') {
    response.setHeader('content-type', 'text/xml');
    response.end('<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>');
    return;
  }
  if (url.pathname.startsWith('/templates/')) return json(response, TEMPLATES);
  objects.answer(request, url, body, response);
}

/** The link secret, as the mailer creates it. */
const SECRET = JSON.stringify({ v: 1, current: 'k1', k1: randomBytes(32).toString('hex') });

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function json(response: ServerResponse, body: object, type = 'application/json'): void {
  response.setHeader('content-type', type);
  response.end(JSON.stringify(body));
}
