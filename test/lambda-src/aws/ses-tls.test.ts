import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls, { type TLSSocket } from 'node:tls';
import { isNativeError } from 'node:util/types';
import { sesPort } from '../../../lambda-src/aws/ses';
import type { Mail } from '../../../lambda-src/domain/ports';
import { type SendResult, sendResultOf } from '../../../lambda-src/domain/sending/send-result';

/**
 * What the simulation takes on trust: how an answer, or none, reaches `answerOf` through the SDK, Node's HTTP client and
 * TLS. Real sockets; what had arrived is counted where SES would be.
 */
const directory = mkdtempSync(path.join(tmpdir(), 'certificates-'));

interface Certificate {
  readonly key: Buffer;
  readonly cert: Buffer;
}

const file = (name: string) => path.join(directory, name);

const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });

function certificate(name: string, host: string): Certificate {
  const [key, cert] = [file(`${name}.key`), file(`${name}.crt`)];
  openssl(
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-keyout', key, '-out', cert, '-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`],
  );
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

/** The same, until yesterday. */
function yesterdays(name: string, { key }: Certificate): Certificate {
  const cert = file(`${name}-expired.crt`);
  openssl('x509', '-in', file(`${name}.crt`), '-signkey', file(`${name}.key`), '-days', '-1', '-out', cert);
  return { key, cert: readFileSync(cert) };
}

const good = certificate('good', 'localhost');
const unknown = certificate('unknown', 'localhost');
const elsewhere = certificate('elsewhere', 'other.example');
const expired = yesterdays('once', certificate('once', 'localhost'));

const trusted = tls.getCACertificates('default');
const before = { ...process.env };

// Jest's sandbox has an Error of its own, which those of Node are no instances of: the SDK would take them for something else.
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, error: unknown) {
    if (this === Error && isNativeError(error)) return true;
    return Function.prototype[Symbol.hasInstance].call(this, error);
  },
});

beforeAll(() => {
  tls.setDefaultCACertificates([...trusted, ...[good, elsewhere, expired].map(({ cert }) => cert.toString())]);
  Object.assign(process.env, { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' });
});

afterAll(() => {
  tls.setDefaultCACertificates(trusted);
  process.env = before;
  rmSync(directory, { recursive: true });
});

const MAIL: Mail = {
  from: 'news@example.com',
  to: 'ann@example.com',
  replyTo: [],
  subject: 'Hello',
  text: 'Hello',
  headers: [],
  tags: [],
  configurationSet: 'mail',
};

/** `tcp` is what carries the TLS connection. */
type Reply = (response: ServerResponse, socket: TLSSocket, tcp: net.Socket) => void;

const accept: Reply = (response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ MessageId: 'message-1' }));
};

/** A server in SES's place: `replies` are those to the requests that reach it whole, in their order. */
async function server(replies: readonly Reply[], of: Certificate = good) {
  const seen = { connections: 0, requests: 0, closed: 0 };
  const sockets = new Map<number, net.Socket>();
  const waiting: (() => void)[] = [];
  const listening = https.createServer(of, (request, response) => {
    const { socket } = request;
    request.resume().on('end', () => {
      replies[seen.requests++]!(response, socket as TLSSocket, sockets.get(socket.remotePort!)!);
    });
  });
  listening.on('connection', (socket: net.Socket) => {
    seen.connections++;
    sockets.set(socket.remotePort!, socket);
    socket.on('close', () => {
      seen.closed++;
      for (const tell of waiting.splice(0)) tell();
    });
  });
  listening.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => void listening.listen(0, 'localhost', resolve));
  return {
    seen,
    port: (listening.address() as AddressInfo).port,
    closedOnce: () => new Promise<void>((resolve) => (seen.closed > 0 ? resolve() : void waiting.push(resolve))),
    close: () => {
      for (const socket of sockets.values()) socket.destroy();
      return new Promise((resolve) => void listening.close(resolve));
    },
  };
}

/** Between SES and its client: what SES says is passed on as `changed` has it. */
async function between(port: number, changed: (fromSes: Buffer) => Buffer) {
  const sockets: net.Socket[] = [];
  const listening = net.createServer((client) => {
    const ses = net.connect(port, 'localhost');
    sockets.push(client, ses);
    client.pipe(ses);
    ses.on('data', (data) => client.write(changed(data)));
    ses.on('end', () => client.end());
    for (const socket of [client, ses]) socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => void listening.listen(0, 'localhost', resolve));
  return {
    port: (listening.address() as AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => void listening.close(resolve));
    },
  };
}

/** An error answer with these headers and this body. */
const says =
  (status: number, headers: { readonly [name: string]: string }, body: string): Reply =>
  (response) =>
    void response.writeHead(status, headers).end(body);

type Said = SendResult['kind'] | 'accepted';

/** What the worker takes the answers to this many mails for, sent one after the other. */
async function sent(port: number, mails = 1, requestTimeout?: number, reasons: string[] = []): Promise<Said[]> {
  process.env.AWS_ENDPOINT_URL_SESV2 = `https://localhost:${port}`;
  const ses = sesPort(requestTimeout);
  const said: Said[] = [];
  try {
    for (let mail = 0; mail < mails; mail++) {
      await ses.send(MAIL).then(
        () => said.push('accepted'),
        (error) => {
          const { kind, reason } = sendResultOf(error);
          said.push(kind);
          reasons.push(reason);
        },
      );
    }
  } finally {
    ses.close();
  }
  return said;
}

test('a mail that is accepted', async () => {
  const ses = await server([accept]);
  expect(await sent(ses.port)).toEqual(['accepted']);
  expect(ses.seen).toMatchObject({ connections: 1, requests: 1 });
  await ses.close();
});

describe('nothing has arrived, and that is known', () => {
  test.each([
    ['a certificate that nobody vouches for', unknown],
    ['one that expired', expired],
    ['one of another host', elsewhere],
  ])('%s', async (_what, of) => {
    const ses = await server([accept], of);
    expect(await sent(ses.port)).toEqual(['retry']);
    expect(ses.seen).toMatchObject({ connections: 1, requests: 0 });
    await ses.close();
  });

  test('nobody listens', async () => {
    const ses = await server([]);
    await ses.close();
    expect(await sent(ses.port)).toEqual(['retry']);
  });
});

describe('the mail has arrived, and the answer does not', () => {
  const broke = 'the connection broke before SES’s answer';
  const cutOff = 'SES’s answer was cut off';
  const unread = 'the answer could not be read';
  test.each<[string, string, Reply]>([
    ['a reset', broke, (_response, _socket, tcp) => tcp.resetAndDestroy()],
    ['an end of the connection', broke, (_response, socket) => socket.end()],
    ['an end in the middle of the headers', broke, (_response, socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Ty')],
    [
      'a truncated body',
      cutOff,
      (response, socket) => {
        response.setHeader('content-length', 100);
        response.write('{"MessageId":');
        socket.end();
      },
    ],
    ['a body that is none', unread, (response) => response.end('{"MessageId": ')],
    ['an answer without an id', unread, (response) => response.end('{}')],
    ['an answer that is no HTTP', broke, (_response, socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n\r\n')],
  ])('%s: %s', async (_what, reason, reply) => {
    const ses = await server([reply]);
    const reasons: string[] = [];
    expect(await sent(ses.port, 1, undefined, reasons)).toEqual(['ambiguous']);
    expect(reasons).toEqual([reason]);
    expect(ses.seen).toMatchObject({ connections: 1, requests: 1 });
    await ses.close();
  });

  test('a record that was damaged on its way', async () => {
    const ses = await server([accept]);
    const way = await between(ses.port, (fromSes) => {
      if (ses.seen.requests === 0) return fromSes;
      const damaged = Buffer.from(fromSes);
      damaged[damaged.length - 1]! ^= 1;
      return damaged;
    });
    expect(await sent(way.port)).toEqual(['ambiguous']);
    expect(ses.seen.requests).toBe(1);
    await way.close();
    await ses.close();
  });

  test('an answer that takes too long: the request is cut', async () => {
    const ses = await server([() => {}]);
    expect(await sent(ses.port, 1, 300)).toEqual(['ambiguous']);
    // The server sees it go.
    await ses.closedOnce();
    expect(ses.seen).toEqual({ connections: 1, requests: 1, closed: 1 });
    await ses.close();
  });

  test('an answer that begins in time and does not end: the request is cut', async () => {
    const ses = await server([(response) => void response.writeHead(200).write('{"MessageId"')]);
    expect(await sent(ses.port, 1, 300)).toEqual(['ambiguous']);
    await ses.closedOnce();
    expect(ses.seen).toMatchObject({ connections: 1, requests: 1 });
    await ses.close();
  });

  test('a connection that is kept alive and found dead by the next mail', async () => {
    const ses = await server([accept, (_response, _socket, tcp) => tcp.resetAndDestroy(), accept]);
    expect(await sent(ses.port, 3)).toEqual(['accepted', 'ambiguous', 'accepted']);
    // The second went over the first one's connection, and was not repeated over another.
    expect(ses.seen).toMatchObject({ connections: 2, requests: 3 });
    await ses.close();
  });
});

describe('an answer is SES’s only if it parses as SES’s', () => {
  const json = { 'content-type': 'application/json' };
  const ids = { 'x-amzn-requestid': 'request-1' };
  const type = (name: string) => ({ 'x-amzn-errortype': name });
  const html = { 'content-type': 'text/html' };
  const page = '<html><body>Too many requests</body></html>';
  const rejected = JSON.stringify({ message: 'Email content was rejected' });

  test.each<[string, Said, string, Reply]>([
    [
      'a throttle',
      'retry',
      'TooManyRequestsException: Maximum sending rate exceeded.',
      says(
        429,
        { ...json, ...ids, ...type('TooManyRequestsException') },
        JSON.stringify({ message: 'Maximum sending rate exceeded.' }),
      ),
    ],
    [
      'a refusal with a URL after its type',
      'refuse',
      'MessageRejected: Email content was rejected',
      says(400, { ...json, ...ids, ...type('MessageRejected:http://internal.amazon.com/coral/') }, rejected),
    ],
    [
      'a refusal whose type is in its body',
      'refuse',
      'MessageRejected: no',
      says(400, { ...json, ...ids }, JSON.stringify({ __type: 'com.amazonaws.ses#MessageRejected', message: 'no' })),
    ],
    ['HTML 429', 'ambiguous', 'an answer that is not SES’s: HTTP 429', says(429, html, page)],
    ['HTML 403', 'ambiguous', 'an answer that is not SES’s: HTTP 403', says(403, html, page)],
    [
      'HTML 403 with a request id',
      'ambiguous',
      'an answer that is not SES’s: HTTP 403',
      says(403, { ...html, ...ids }, page),
    ],
    ['HTML 503', 'ambiguous', 'an answer that is not SES’s: HTTP 503', says(503, html, page)],
    ['an empty 429', 'ambiguous', 'an answer that is not SES’s: HTTP 429', says(429, {}, '')],
    [
      'a proxy’s JSON',
      'ambiguous',
      'an answer that is not SES’s: HTTP 429',
      says(429, json, '{"message":"slow down"}'),
    ],
    [
      'a proxy’s JSON with a type and no request id',
      'ambiguous',
      'an answer that is not SES’s: HTTP 400',
      says(400, { ...json, ...type('MessageRejected') }, rejected),
    ],
    [
      'a redirect',
      'ambiguous',
      'an answer that is not SES’s: HTTP 307',
      says(307, { location: 'https://elsewhere.example/' }, ''),
    ],
    [
      'a request that SES gave up waiting for',
      'ambiguous',
      'SES answered 408 RequestTimeoutException',
      says(408, { ...json, ...ids, ...type('RequestTimeoutException') }, '{"message":"timed out"}'),
    ],
    [
      'an internal error of SES',
      'ambiguous',
      'SES answered 500 InternalFailure',
      says(500, { ...json, ...ids, ...type('InternalFailure') }, '{"message":"no"}'),
    ],
    [
      'a refusal that was cut off',
      'ambiguous',
      'SES’s answer was cut off',
      says(400, { ...json, ...ids, ...type('MessageRejected') }, '{"message":"Email con'),
    ],
    [
      'a refusal whose connection broke',
      'ambiguous',
      'SES’s answer was cut off',
      (response, socket) => {
        response.writeHead(400, { ...json, ...ids, ...type('MessageRejected'), 'content-length': '100' });
        response.write('{"message":"Email con');
        socket.end();
      },
    ],
    [
      'an acceptance that was cut off',
      'ambiguous',
      'SES’s answer was cut off',
      says(200, { ...json, ...ids }, '{"MessageId":"a'),
    ],
    ['a page in place of an acceptance', 'ambiguous', 'the answer could not be read', says(200, html, page)],
  ])('%s: %s', async (_what, kind, reason, reply) => {
    const ses = await server([reply]);
    const reasons: string[] = [];
    expect(await sent(ses.port, 1, undefined, reasons)).toEqual([kind]);
    expect(reasons).toEqual([reason]);
    expect(ses.seen.requests).toBe(1);
    await ses.close();
  });
});

test('a handshake that does not end says nothing of what arrived', async () => {
  const silent = net.createServer((socket) => void socket.resume());
  await new Promise<void>((resolve) => void silent.listen(0, 'localhost', resolve));
  expect(await sent((silent.address() as AddressInfo).port, 1, 300)).toEqual(['ambiguous']);
  await new Promise((resolve) => void silent.close(resolve));
});

test('a connection is closed after two idle seconds, and the next mail takes another', async () => {
  const ses = await server([accept, accept]);
  process.env.AWS_ENDPOINT_URL_SESV2 = `https://localhost:${ses.port}`;
  const port = sesPort();
  await port.send(MAIL);
  expect(ses.seen).toMatchObject({ connections: 1, closed: 0 });
  const idleSince = Date.now();
  await ses.closedOnce();
  expect(Date.now() - idleSince).toBeGreaterThan(1_000);
  await port.send(MAIL);
  expect(ses.seen).toMatchObject({ connections: 2, requests: 2 });
  port.close();
  await ses.close();
});
