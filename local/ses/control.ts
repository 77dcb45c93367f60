import type { AccountSettings } from './account';
import type { Fault } from './faults';
import type { Publishing } from './publisher';
import type { SesRequest } from './request';
import type { SesTenant } from './service';

/** Client of the SES endpoint's control API, for other processes. */
export class SesControl {
  constructor(readonly url: string) {}

  /** Returns the accepted requests from a position on: call `(await count()).requests` before the test's action. */
  accepted = (since = 0): Promise<SesRequest[]> => this.call('GET', `accepted?since=${since}`);
  requests = (since = 0): Promise<SesRequest[]> => this.call('GET', `requests?since=${since}`);
  count = (): Promise<{ readonly requests: number; readonly accepted: number; readonly sentLast24Hours: number }> =>
    this.call('GET', 'count');
  account = (change: Partial<AccountSettings>): Promise<AccountSettings> => this.call('PUT', 'account', change);
  /** Changes later responses for an identity. */
  identity = (name: string, change: object): Promise<unknown> => this.call('PUT', 'identity', { name, change });
  faults = (faults: readonly Fault[], seed = 1): Promise<unknown> => this.call('PUT', 'faults', { faults, seed });
  /** Creates or changes a tenant. */
  tenant = (tenant: SesTenant): Promise<unknown> => this.call('PUT', 'tenant', tenant);
  /** Publishes events for emails accepted from now on. */
  events = (publishing: Publishing): Promise<unknown> => this.call('PUT', 'events', publishing);
  published = (): Promise<{ readonly emitted: number; readonly waiting: number }> => this.call('GET', 'events');
  reset = (): Promise<unknown> => this.call('POST', 'reset');

  private async call<T>(method: string, what: string, body?: object): Promise<T> {
    const answer = await fetch(`${this.url}/_control/${what}`, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`MM909: ${method} ${what}: the SES endpoint answered ${answer.status}`);
    return (await answer.json()) as T;
  }
}
