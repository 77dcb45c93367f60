import type http from 'node:http';

/** An authorization header, which the emulator does not verify. */
export const LOCAL_AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ses/aws4_request, SignedHeaders=host, Signature=local';

/** Milliseconds for which an identity or a configuration set is cached. */
const KNOWN_MILLISECONDS = 1000;

interface Resource {
  readonly VdmOptions?: { readonly DashboardOptions?: { readonly EngagementMetrics?: 'ENABLED' | 'DISABLED' } };
  readonly TrackingOptions?: { readonly CustomRedirectDomain?: string };
  readonly VerifiedForSendingStatus?: boolean;
  readonly EventDestinations?: readonly {
    readonly Enabled: boolean;
    readonly MatchingEventTypes: readonly string[];
    readonly EventBridgeDestination?: object;
  }[];
}

const identityPath = (name: string): string => `identities/${encodeURIComponent(name)}`;
const setPath = (name: string): string => `configuration-sets/${encodeURIComponent(name)}`;

/**
 * SES except for sending and the account: the emulator's identities and configuration sets, with the changes of tests.
 */
export class RestOfSes {
  url?: string;
  private readonly fixed?: readonly string[];
  private readonly known = new Map<string, { readonly found?: Resource; readonly until: number }>();
  private readonly changes = new Map<string, object>();

  constructor(
    options: { readonly upstream?: string; readonly verified?: readonly string[] },
    private readonly now: () => number,
  ) {
    this.url = options.upstream;
    this.fixed = options.verified;
  }

  reset(): void {
    this.known.clear();
    this.changes.clear();
  }

  change(identity: string, change: object): void {
    this.changes.set(identityPath(identity), change);
    this.known.clear();
  }

  /** Returns the response for an identity that a test has changed, or without an upstream. */
  async answered(call: string): Promise<object | undefined> {
    const path = /^GET \/v2\/email\/(identities\/[^/]+)$/.exec(call)?.[1];
    return path !== undefined && (this.fixed || this.changes.has(path)) ? this.ask(path) : undefined;
  }

  async verified(identity: string): Promise<boolean> {
    const found = await this.ask(identityPath(identity));
    return found?.VerifiedForSendingStatus === true;
  }

  async hasConfigurationSet(name: string): Promise<boolean> {
    return (await this.ask(setPath(name))) !== undefined;
  }

  /** Returns a configuration set's options on tracking. */
  async trackingOptions(
    name: string,
  ): Promise<{ readonly metrics?: 'ENABLED' | 'DISABLED'; readonly domain?: string }> {
    const { VdmOptions, TrackingOptions } = (await this.ask(setPath(name))) ?? {};
    return { metrics: VdmOptions?.DashboardOptions?.EngagementMetrics, domain: TrackingOptions?.CustomRedirectDomain };
  }

  /** Returns the event types that a deployed configuration set publishes to EventBridge. */
  async eventTypes(set: string): Promise<ReadonlySet<string>> {
    const found = await this.ask(`${setPath(set)}/event-destinations`);
    const enabled = found?.EventDestinations?.filter(({ Enabled, EventBridgeDestination: to }) => Enabled && to) ?? [];
    return new Set(enabled.flatMap(({ MatchingEventTypes }) => MatchingEventTypes));
  }

  async pass(request: http.IncomingMessage, body: Buffer, response: http.ServerResponse): Promise<void> {
    const { connection: _, 'content-length': __, host: ___, ...headers } = request.headers;
    const answer = await fetch(`${this.url}${request.url}`, {
      method: request.method,
      headers: headers as Record<string, string>,
      ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
    });
    const text = Buffer.from(await answer.arrayBuffer());
    const type = answer.headers.get('x-amzn-errortype');
    response.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type') ?? 'application/json',
      ...(type ? { 'x-amzn-ErrorType': type } : {}),
    });
    response.end(text);
  }

  /** Returns a resource, possibly from the cache. */
  private async ask(path: string): Promise<Resource | undefined> {
    const { fixed } = this;
    if (fixed) return { VerifiedForSendingStatus: fixed.some((identity) => path === `identities/${identity}`) };
    const known = this.known.get(path);
    if (known && known.until > this.now()) return known.found;
    const answer = await fetch(`${this.url}/v2/email/${path}`, { headers: { authorization: LOCAL_AUTHORIZATION } });
    const text = await answer.text();
    if (!answer.ok && answer.status !== 404) throw new Error(`the rest of SES answered ${answer.status} to ${path}`);
    const found = answer.ok ? ({ ...JSON.parse(text), ...this.changes.get(path) } as Resource) : undefined;
    this.known.set(path, { found, until: this.now() + KNOWN_MILLISECONDS });
    return found;
  }
}
