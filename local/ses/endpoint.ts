import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AccountSettings, SesAccount } from './account';
import { fail, json, misbehave } from './answer';
import { queuesBehind } from './bus';
import { SesError } from './error';
import { type Fault, Faults } from './faults';
import { bareAddress, checkMail, recipientsOf, type SendEmailBody } from './mail';
import { Publisher, type Publishing } from './publisher';
import type { SesRequest } from './request';
import { LOCAL_AUTHORIZATION, RestOfSes } from './rest';
import { isSimulator } from './simulator';

export interface SesEndpointOptions {
  /** The rest of SES: identities, configuration sets. It can be set later. */
  readonly upstream?: string;
  /** Without the rest of SES: these identities are verified, and every configuration set is there. */
  readonly verified?: readonly string[];
  /** Gets a copy of every accepted mail. */
  readonly inbox?: string;
  readonly account?: Partial<AccountSettings>;
  readonly faults?: readonly Fault[];
  readonly seed?: number;
  /** Keep subjects and bodies; off for millions. @default true */
  readonly keepContent?: boolean;
  readonly now?: () => number;
}

export interface SesEndpoint {
  readonly url: string;
  setUpstream(url: string): void;
  close(): Promise<void>;
}

export async function startSesEndpoint(options: SesEndpointOptions = {}): Promise<SesEndpoint> {
  const service = new SesService(options);
  const server = http.createServer((request, response) => {
    service.handle(request, response).catch((error: Error) => fail(response, error));
  });
  // Longer than any client keeps a connection, so that it is never us who close one unasked.
  server.keepAliveTimeout = 75_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    setUpstream: (url) => {
      service.rest.url = url;
    },
    close: () =>
      new Promise((resolve) => {
        service.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class SesService {
  readonly rest: RestOfSes;
  private readonly now: () => number;
  private readonly account: SesAccount;
  private readonly publisher: Publisher;
  private readonly faults = new Faults();
  private readonly used = new WeakSet<object>();
  private requests: SesRequest[] = [];

  constructor(private readonly options: SesEndpointOptions) {
    this.now = options.now ?? Date.now;
    this.rest = new RestOfSes(options, this.now);
    this.account = new SesAccount(this.now);
    this.publisher = new Publisher(
      this.now,
      (set) => this.rest.eventTypes(set),
      (event) => queuesBehind(event, this.rest.url!),
    );
    this.begin();
  }

  private begin(): void {
    this.requests = [];
    this.rest.reset();
    this.publisher.set(undefined);
    this.account.reset();
    this.account.set(this.options.account ?? {});
    this.faults.set(this.options.faults ?? [], this.options.seed);
  }

  close(): void {
    this.publisher.close();
  }

  async handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const reused = this.used.has(request.socket);
    this.used.add(request.socket);
    const body = await read(request);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const call = `${request.method} ${pathname}`;
    if (pathname.startsWith('/_control/')) return this.control(call, searchParams, body, response);
    if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) {
      throw new SesError(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
    }
    if (call === 'POST /v2/email/outbound-emails') return this.send(JSON.parse(body.toString()), reused, response);
    if (call === 'GET /v2/email/account') {
      const { unavailable } = this.account.settings;
      if (unavailable) throw new SesError(503, 'ServiceUnavailable', 'Service is unavailable.');
      return json(response, 200, this.account.describe());
    }
    const changed = await this.rest.changed(call);
    return changed ? json(response, 200, changed) : this.rest.pass(request, body, response);
  }

  private async send(body: SendEmailBody, reused: boolean, response: http.ServerResponse): Promise<void> {
    const to = recipientsOf(body);
    const request: SesRequest = {
      n: this.requests.length + 1,
      at: this.now(),
      to,
      from: body.FromEmailAddress ?? '',
      configurationSet: body.ConfigurationSetName,
      tags: Object.fromEntries((body.EmailTags ?? []).map(({ Name, Value }) => [Name, Value])),
      accepted: false,
      answer: 'none',
    };
    this.requests.push(request);

    const fault = this.faults.meet({ to, reused });
    if (fault?.delayMilliseconds) await sleep(fault.delayMilliseconds);
    const wrong = fault && fault.does !== 'ok' ? fault : undefined;
    if (!wrong || wrong.accepted) {
      try {
        await this.accept(request, body);
      } catch (error) {
        if (error instanceof SesError) request.answer = `${error.status} ${error.type}`;
        throw error;
      }
    }
    if (wrong) return misbehave(wrong.does, request, response);
    request.answer = '200';
    json(response, 200, { MessageId: request.messageId });
  }

  private async accept(request: SesRequest, body: SendEmailBody): Promise<void> {
    checkMail(body);
    await this.checkIdentities(body);
    const counted = request.to.filter((address) => !isSimulator(bareAddress(address))).length;
    this.account.check(request.to.length, counted);
    this.account.spend(request.to.length, counted);
    request.accepted = true;
    request.at = this.now();
    request.messageId = `${request.at.toString(16).padStart(16, '0')}-${randomUUID()}-000000`;
    if (this.options.keepContent ?? true) {
      const simple = body.Content?.Simple;
      request.subject = simple?.Subject?.Data;
      request.html = simple?.Body?.Html?.Data;
      request.text = simple?.Body?.Text?.Data;
    }
    if (this.options.inbox) await deliver(this.options.inbox, body, request.messageId);
    await this.publisher.accepted({
      messageId: request.messageId,
      from: request.from,
      to: bareAddress(request.to[0]!),
      subject: body.Content?.Simple?.Subject?.Data ?? '',
      configurationSet: request.configurationSet ?? '',
      tags: request.tags,
      sentAt: request.at,
    });
  }

  private async checkIdentities(body: SendEmailBody): Promise<void> {
    const people = recipientsOf(body).filter((address) => !isSimulator(bareAddress(address)));
    const parties = [body.FromEmailAddress!, ...(this.account.settings.productionAccess ? [] : people)];
    for (const party of parties.map(bareAddress)) {
      const domain = party.slice(party.lastIndexOf('@') + 1);
      if ((await this.rest.verified(party)) || (await this.rest.verified(domain))) continue;
      throw new SesError(
        400,
        'MessageRejected',
        `Email address is not verified. The following identities failed the check in region US-EAST-1: ${party}`,
      );
    }
    const set = body.ConfigurationSetName;
    if (set && !(await this.rest.hasConfigurationSet(set))) {
      throw new SesError(400, 'BadRequestException', `Configuration set <${set}> does not exist.`);
    }
  }

  /** How tests and the demo set the stage and read what happened. */
  private control(call: string, query: URLSearchParams, body: Buffer, response: http.ServerResponse): void {
    const input = () => JSON.parse(body.toString());
    const since = Number(query.get('since') ?? 0);
    switch (call) {
      case 'GET /_control/requests':
        return json(response, 200, this.requests.slice(since));
      case 'GET /_control/accepted':
        return json(
          response,
          200,
          this.requests.slice(since).filter(({ accepted }) => accepted),
        );
      case 'GET /_control/count':
        return json(response, 200, {
          requests: this.requests.length,
          accepted: this.requests.reduce((sum, { accepted }) => sum + Number(accepted), 0),
          sentLast24Hours: this.account.sentLast24Hours,
        });
      case 'PUT /_control/account':
        this.account.set(input());
        return json(response, 200, this.account.settings);
      case 'PUT /_control/identity': {
        const { name, change } = input() as { name: string; change: object };
        this.rest.change(name, change);
        return json(response, 200, {});
      }
      case 'PUT /_control/faults': {
        const { faults, seed } = input() as { faults: Fault[]; seed?: number };
        this.faults.set(faults, seed);
        return json(response, 200, { faults: faults.length });
      }
      case 'PUT /_control/events':
        this.publisher.set(input() as Publishing);
        return json(response, 200, this.publisher.state);
      case 'GET /_control/events':
        return json(response, 200, this.publisher.state);
      case 'POST /_control/reset':
        this.begin();
        return json(response, 200, {});
      default:
        return json(response, 404, { message: `MM907: ${call} is no call of the control API` });
    }
  }
}

async function deliver(inbox: string, body: SendEmailBody, messageId: string): Promise<void> {
  const simple = body.Content?.Simple;
  const headers = [...(simple?.Headers ?? []), { Name: 'Message-ID', Value: `<${messageId}@email.amazonses.com>` }];
  const answer = await fetch(`${inbox}/v2/email/outbound-emails`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: LOCAL_AUTHORIZATION },
    body: JSON.stringify({ ...body, Content: { Simple: { ...simple, Headers: headers } } }),
  });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`the inbox answered ${answer.status}`);
}

async function read(request: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
