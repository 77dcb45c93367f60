import { randomUUID } from 'node:crypto';
import type http from 'node:http';
import { SesError } from './error';
import type { Fault } from './faults';
import type { SesRequest } from './request';

export function misbehave(does: Fault['does'], request: SesRequest, response: http.ServerResponse): void {
  if (typeof does === 'object' && 'proxy' in does) {
    request.answer = `${does.proxy} of a proxy`;
    return void response.writeHead(does.proxy, { 'content-type': 'text/html' }).end('<html>');
  }
  if (typeof does === 'object') {
    request.answer = `${does.status} ${does.type}`;
    return fail(response, new SesError(does.status, does.type, does.message));
  }
  request.answer = does;
  if (does === 'reset') response.socket?.resetAndDestroy();
  if (does === 'garbage') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
  if (does !== 'cut') return;
  const answer = JSON.stringify({ MessageId: request.messageId ?? 'none' });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(answer.length) });
  response.write(answer.slice(0, answer.length / 2), () => response.destroy());
}

export function json(response: http.ServerResponse, status: number, body: object, type?: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-amzn-RequestId': randomUUID(),
    ...(type ? { 'x-amzn-ErrorType': type } : {}),
  });
  response.end(JSON.stringify(body));
}

export function fail(response: http.ServerResponse, error: Error): void {
  if (error instanceof SesError) return json(response, error.status, { message: error.message }, error.type);
  process.stderr.write(`MM908: the SES endpoint failed: ${error.stack ?? error.message}\n`);
  json(response, 500, { message: 'Internal failure' }, 'InternalServiceErrorException');
}
