import { randomUUID } from 'node:crypto';
import type http from 'node:http';
import { type Broken, SesError } from './answers';
import type { Answer } from './service';

/** Writes the response to a send request. `messageId`: defined if SES accepted the email. */
export function respond(answer: Answer, messageId: string | undefined, response: http.ServerResponse): void {
  if (answer.kind === 'taken') return json(response, 200, { MessageId: answer.messageId });
  if (answer.kind === 'error') return fail(response, answer.error);
  misbehave(answer.broken, messageId, response);
}

function misbehave(broken: Broken, messageId: string | undefined, response: http.ServerResponse): void {
  if (typeof broken === 'object') {
    return void response.writeHead(broken.proxy, { 'content-type': 'text/html' }).end('<html>');
  }
  if (broken === 'reset') response.socket?.resetAndDestroy();
  if (broken === 'garbage') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
  if (broken !== 'cut') return;
  const answer = JSON.stringify({ MessageId: messageId ?? 'none' });
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
