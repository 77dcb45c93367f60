import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AccountSettings } from './account';
import { SAYS } from './answers';
import { queuesBehind } from './bus';
import { engagementOf, trackingHost, withEngagement } from './engagement';
import { type Fault, Faults } from './faults';
import { bareAddress, type SendEmailBody } from './mail';
import { Publisher, type Publishing } from './publisher';
import type { SesRequest } from './request';
import { LOCAL_AUTHORIZATION, RestOfSes } from './rest';
import { type Known, SesService, type SesTenant } from './service';
import { fail, json, respond } from './wire';

export interface SesEndpointOptions {
  /** The endpoint of all other SES calls: identities, configuration sets. It can be set later. */
  readonly upstream?: string;
  /** Without `upstream`: the verified identities. Every configuration set then exists. */
  readonly verified?: readonly string[];
  /** URL that gets a copy of every accepted email. */
  readonly inbox?: string;
  readonly account?: Partial<AccountSettings>;
  readonly faults?: readonly Fault[];
  readonly seed?: number;
  /** Whether to keep subjects and bodies; disable it for millions of emails. @default true */
  readonly keepContent?: boolean;
  readonly now?: () => number;
}

export interface SesEndpoint {
  readonly url: string;
  setUpstream(url: string): void;
  close(): Promise<void>;
}

export async function startSesEndpoint(options: SesEndpointOptions = {}): Promise<SesEndpoint> {
  const ses = new SesHttp(options);
  const server = http.createServer((request, response) => {
    ses.handle(request, response).catch((error: Error) => fail(response, error));
  });
  // Longer than any client keeps a connection, so that the server never closes one first.
  server.keepAliveTimeout = 75_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    setUpstream: (url) => {
      ses.rest.url = url;
    },
    close: () =>
      new Promise((resolve) => {
        ses.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** SES over HTTP. `SesService` handles sending and the account, `upstream` the rest. */
export class SesHttp {
  readonly rest: RestOfSes;
  readonly service: SesService;
  private readonly now: () => number;
  private readonly publisher: Publisher;
  private readonly faults = new Faults();
  private readonly used = new WeakSet<object>();

  constructor(private readonly options: SesEndpointOptions) {
    this.now = options.now ?? Date.now;
    this.rest = new RestOfSes(options, this.now);
    this.service = new SesService({
      now: this.now,
      messageId: () => `${this.now().toString(16).padStart(16, '0')}-${randomUUID()}-000000`,
      keepContent: options.keepContent,
    });
    this.publisher = new Publisher(
      this.now,
      (set) => this.rest.eventTypes(set),
      (event) => queuesBehind(event, this.rest.url!),
    );
    this.begin();
  }

  private begin(): void {
    this.service.reset(this.options.account);
    this.rest.reset();
    this.publisher.set(undefined);
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
      throw SAYS.unsigned();
    }
    if (call === 'POST /v2/email/outbound-emails') return this.send(JSON.parse(body.toString()), reused, response);
    if (call === 'GET /v2/email/account') {
      const { account } = this.service;
      if (account.settings.unavailable) throw SAYS.unavailable();
      return json(response, 200, account.describe());
    }
    const answered = await this.rest.answered(call);
    return answered ? json(response, 200, answered) : this.rest.pass(request, body, response);
  }

  private async send(body: SendEmailBody, reused: boolean, response: http.ServerResponse): Promise<void> {
    const request = this.service.receive(body);
    const fault = this.faults.meet({ to: request.to, reused });
    if (fault?.delayMilliseconds) await sleep(fault.delayMilliseconds);
    const answer = this.service.answer(request, body, await this.known(body), fault);
    if (request.accepted) await this.accepted(request, body);
    respond(answer, request.messageId, response);
  }

  private async known(body: SendEmailBody): Promise<Known> {
    const verified = new Set<string>();
    for (const party of this.service.partiesOf(body)) {
      // SES rejects an address without a domain before it checks the identity.
      const [, domain] = /@([^@]+)$/.exec(party) ?? [];
      if (domain === undefined) continue;
      if ((await this.rest.verified(party)) || (await this.rest.verified(domain))) verified.add(party);
    }
    const { ConfigurationSetName: set } = body;
    const hasConfigurationSet = set === undefined || (await this.rest.hasConfigurationSet(set));
    return { isVerified: (identity) => verified.has(identity), hasConfigurationSet };
  }

  private async accepted(request: SesRequest, body: SendEmailBody): Promise<void> {
    const { at, messageId, to, from, configurationSet = '', tags } = request;
    const { engagement, host } = await this.engagement(body);
    if (request.html) request.html = withEngagement(request.html, engagement, host, messageId!);
    if (this.options.inbox) await deliver(this.options.inbox, body, request);
    await this.publisher.accepted(
      {
        messageId: messageId!,
        from,
        to: bareAddress(to[0]!),
        subject: body.Content?.Simple?.Subject?.Data ?? '',
        configurationSet,
        tags,
        sentAt: at,
      },
      engagement,
    );
  }

  /** Decides what SES tracks of an email, and the host of its tracking links. */
  private async engagement({ ConfigurationSetName: set, ConfigurationOverrides }: SendEmailBody) {
    const { metrics, domain }: Awaited<ReturnType<RestOfSes['trackingOptions']>> =
      set === undefined ? {} : await this.rest.trackingOptions(set);
    const settings = {
      types: set === undefined ? new Set<string>() : await this.rest.eventTypes(set),
      ofSet: metrics,
      ofAccount: this.service.account.settings.engagementMetrics,
    };
    return { engagement: engagementOf(ConfigurationOverrides?.Tracking ?? {}, settings), host: trackingHost(domain) };
  }

  /** Handles the control API, by which tests and the demo configure SES and read requests. */
  private control(call: string, query: URLSearchParams, body: Buffer, response: http.ServerResponse): void {
    const input = () => JSON.parse(body.toString());
    const since = Number(query.get('since') ?? 0);
    switch (call) {
      case 'GET /_control/requests':
        return json(response, 200, this.service.requests.slice(since));
      case 'GET /_control/accepted':
        return json(
          response,
          200,
          this.service.requests.slice(since).filter(({ accepted }) => accepted),
        );
      case 'GET /_control/count':
        return json(response, 200, {
          requests: this.service.requests.length,
          accepted: this.service.requests.reduce((sum, { accepted }) => sum + Number(accepted), 0),
          sentLast24Hours: this.service.account.sentLast24Hours,
        });
      case 'PUT /_control/account':
        this.service.account.set(input());
        return json(response, 200, this.service.account.settings);
      case 'PUT /_control/identity': {
        const { name, change } = input() as { name: string; change: object };
        this.rest.change(name, change);
        return json(response, 200, {});
      }
      case 'PUT /_control/tenant': {
        const tenant = input() as SesTenant;
        this.service.tenants.set(tenant.name, tenant);
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

async function deliver(inbox: string, body: SendEmailBody, { messageId, html }: SesRequest): Promise<void> {
  const { Simple: given } = body.Content ?? {};
  const simple =
    html === undefined ? given : { ...given, Body: { ...given?.Body, Html: { ...given?.Body?.Html, Data: html } } };
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
