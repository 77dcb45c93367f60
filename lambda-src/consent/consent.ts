import type { ConsentPageDocument } from '../../src/private/contract';
import { BUS_TYPES, type Bus, choiceEvent, tellOfRun } from '../core/bus';
import { CONSENT_PATHS, type ConsentLink, openConsentLink } from '../core/consent-link';
import type { Metrics } from '../core/metrics';
import type { Clock, Log } from '../core/ports';
import {
  asPreferences,
  EVERY_TOPIC,
  leftAt,
  type OptOut,
  type OptOutSource,
  optedOut,
  optIn,
  optOut,
  preferencesKey,
} from '../core/preferences';
import type { LinkKeys } from '../core/signed-link';
import type { Store } from '../core/store';
import { formOf, type Request, type Response } from './http';
import type { Limiter } from './limiter';
import { type Choice, type Page, renderPage } from './pages';

export interface ConsentPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly bus: Bus;
  readonly keys: (unknownKey: boolean) => Promise<LinkKeys>;
  readonly page: ConsentPageDocument;
  readonly limiter: Limiter;
}

/** Everything that may be behind a mail's links. A GET shows and changes nothing, because scanners follow links. */
export async function consent(request: Request, ports: ConsentPorts): Promise<Response> {
  const answer = (page: Page, statusCode = 200, more: Record<string, string> = {}) =>
    renderPage(page, ports.page, { acceptLanguage: request.headers['accept-language'], statusCode, more });
  const { method } = request;
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') {
    return answer({ kind: 'invalid' }, 405, { allow: 'GET, HEAD, POST' });
  }
  try {
    const found = PATH.exec(request.path);
    const link = found ? await opened(found[2]!, ports) : undefined;
    // The same answer whatever is wrong with it.
    if (!found || !link) return answer({ kind: 'invalid' }, 404);
    const [, path, token] = found as unknown as [string, string, string];
    if (path === CONSENT_PATHS.unsubscribe && method !== 'POST') {
      return answer({ kind: 'confirm', topic: link.topic, token });
    }
    // From here on the ledger is asked.
    if (!ports.limiter.allows(token, ports.clock.now())) return answer({ kind: 'busy' }, 429, { 'retry-after': '60' });
    if (path === CONSENT_PATHS.unsubscribe) {
      const form = await formOf(request);
      await leave(link, link.topic, form.has('confirm') ? 'page' : 'one_click', ports);
      return answer({ kind: 'left', topic: link.topic, token });
    }
    if (method === 'POST') {
      await save(link, await formOf(request), ports);
      return answer({ kind: 'saved', topics: await choices(link, ports) });
    }
    return answer({ kind: 'preferences', topics: await choices(link, ports) });
  } catch (error) {
    ports.log.error('MM532: a request for an opt-out could not be answered', { method, error: String(error) });
    return answer({ kind: 'busy' }, 503, { 'retry-after': '60' });
  }
}

/** The last two names of a path; what stands before them is the owner's. */
const PATH = new RegExp(`/(${Object.values(CONSENT_PATHS).join('|')})/([A-Za-z0-9_.-]+)$`);

async function opened(token: string, { keys }: ConsentPorts): Promise<ConsentLink | undefined> {
  let link = openConsentLink(token, await keys(false));
  if ('unknownKey' in link && link.unknownKey) link = openConsentLink(token, await keys(true));
  return 'unknownKey' in link ? undefined : link;
}

/** It is acknowledged only once it is written. */
async function leave(
  { pk }: Pick<ConsentLink, 'pk'>,
  topic: string,
  source: OptOutSource,
  ports: ConsentPorts,
): Promise<void> {
  const at = new Date(ports.clock.now()).toISOString();
  const { applied } = await ports.store.write(optOut({ pk }, topic, { at, source }));
  if (!applied) return;
  ports.metrics.count('OptedOut');
  await tell('optedOut', { recipient: pk, topic, source, at }, ports);
}

/** Only of what changed something, so that a link that is followed again says nothing new. */
async function tell(
  type: 'optedOut' | 'optedIn',
  detail: { readonly recipient: string; readonly topic: string; readonly at: string; readonly source?: string },
  ports: ConsentPorts,
): Promise<void> {
  ports.log.info(BUS_TYPES[type], { topic: detail.topic, source: detail.source });
  await tellOfRun(choiceEvent(type, detail), ports);
}

async function choices({ pk, topic }: ConsentLink, { store, page }: ConsentPorts): Promise<Choice[]> {
  const preferences = asPreferences((await store.read([preferencesKey({ pk })]))[0]);
  return namesOf(topic, page).map((name) => ({ name, chosen: optedOut(preferences, name) === undefined }));
}

/** The stack's topics, and that of the link if it is of an earlier stack. */
const namesOf = (topic: string, { topics }: ConsentPageDocument): string[] => [
  ...new Set([...topics.map(({ name }) => name), topic]),
];

/** The recipient's own choice among the topics that they were shown. */
async function save(link: ConsentLink, form: URLSearchParams, ports: ConsentPorts): Promise<void> {
  const { store, page, clock } = ports;
  if (form.get('leave') === 'all') return leave(link, EVERY_TOPIC, 'page', ports);
  const known = namesOf(link.topic, page);
  const shown = known.filter((name) => form.getAll('shown').includes(name));
  const chosen = shown.filter((name) => form.getAll('topic').includes(name));
  const preferences = asPreferences((await store.read([preferencesKey(link)]))[0]);
  const everything = leftAt(preferences, EVERY_TOPIC);
  // Whoever comes back to something after they left everything has not come back to the rest.
  const unwanted = everything && chosen.length > 0 ? known.filter((name) => !chosen.includes(name)) : shown;
  for (const name of unwanted.filter((one) => !chosen.includes(one))) await leave(link, name, 'page', ports);
  const back: [string, OptOut][] = chosen.flatMap((name) => {
    const left = leftAt(preferences, name);
    return left ? [[name, left] as [string, OptOut]] : [];
  });
  if (everything && chosen.length > 0) back.push([EVERY_TOPIC, everything]);
  // Last, so that nobody is back for a moment to what they do not want.
  for (const [name, left] of back) {
    const { applied } = await store.write(optIn(link, name, left));
    const at = new Date(clock.now()).toISOString();
    if (applied) await tell('optedIn', { recipient: link.pk, topic: name, at }, ports);
  }
}
