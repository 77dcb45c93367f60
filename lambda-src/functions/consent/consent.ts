import type { ConsentPageDocument } from '../../../src/private/contract';
import {
  EVERY_TOPIC,
  type OptOutSource,
  optedOut,
  optIn,
  optOut,
  type Preferences,
  readPreferences,
  topicOptOut,
} from '../../domain/consent/preferences';
import { currentChoice, saveChoice } from '../../domain/consent/tracking-consent';
import { BUS_TYPES, type Bus, type ChoiceDetail, choiceEvent, publishRunEvent } from '../../domain/events/bus';
import type { Store } from '../../domain/ledger/store';
import { CONSENT_PATHS, type ConsentLink, openConsentLink } from '../../domain/links/consent-link';
import type { LinkKeys } from '../../domain/links/sealed-link';
import type { Metrics } from '../../domain/metrics';
import { formOf, type Request, type Response } from '../../domain/pages/http';
import type { Clock, Log } from '../../domain/ports';
import type { Limiter } from './limiter';
import { type Choices, type Page, renderPage } from './pages';

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

/** Serves the consent links of emails. A GET changes nothing, because email scanners follow links. */
export async function consent(request: Request, ports: ConsentPorts): Promise<Response> {
  const answer = (page: Page, statusCode = 200, more: Record<string, string> = {}) =>
    renderPage(page, ports.page, { acceptLanguage: request.headers['accept-language'], statusCode, more });
  const { method } = request;
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') {
    return answer({ kind: 'invalid' }, 405, { allow: 'GET, HEAD, POST' });
  }
  try {
    const found = PATH.exec(request.path);
    const link = found ? await openLink(found[2]!, ports) : undefined;
    // Answer alike for every kind of invalid link, to reveal nothing about it.
    if (!found || !link) return answer({ kind: 'invalid' }, 404);
    const [, path, token] = found as unknown as [string, string, string];
    if (path === CONSENT_PATHS.unsubscribe && method !== 'POST') {
      return answer({ kind: 'confirm', topic: link.topic, token });
    }
    // Everything below reads the ledger, so limit the rate.
    if (!ports.limiter.allows(link.pks[0]!, ports.clock.now()))
      return answer({ kind: 'busy' }, 429, { 'retry-after': '60' });
    if (path === CONSENT_PATHS.unsubscribe) {
      const form = await formOf(request);
      await writeOptOut(link, link.topic, form.has('confirm') ? 'page' : 'one_click', ports);
      return answer({ kind: 'left', topic: link.topic, token });
    }
    if (method === 'POST') {
      await save(link, await formOf(request), ports);
      return answer({ kind: 'saved', ...(await choices(link, ports)) });
    }
    return answer({ kind: 'preferences', ...(await choices(link, ports)) });
  } catch (error) {
    ports.log.error('MM532: a request for an opt-out could not be answered', { method, error: String(error) });
    return answer({ kind: 'busy' }, 503, { 'retry-after': '60' });
  }
}

/** Matches the last two segments of a path. The owner's domain or stage may add segments before them. */
const PATH = new RegExp(`/(${Object.values(CONSENT_PATHS).join('|')})/([A-Za-z0-9_.-]+)$`);

async function openLink(token: string, { keys }: ConsentPorts): Promise<ConsentLink | undefined> {
  let link = openConsentLink(token, await keys(false));
  if ('unknownKey' in link && link.unknownKey) link = openConsentLink(token, await keys(true));
  return 'unknownKey' in link ? undefined : link;
}

/** Writes an opt-out under every key of the link. The caller acknowledges it only after all writes. */
async function writeOptOut(
  { pks }: ConsentLink,
  topic: string,
  source: OptOutSource,
  ports: ConsentPorts,
): Promise<void> {
  const at = new Date(ports.clock.now()).toISOString();
  let changed = false;
  for (const pk of pks) changed = (await ports.store.write(optOut({ pk }, topic, { at, source }))).applied || changed;
  if (!changed) return;
  ports.metrics.count('OptedOut');
  await publishChoice('optedOut', { recipient: pks[0]!, topic, source, at }, ports);
}

/** Logs and publishes a changed choice. Callers skip choices that change nothing, such as a repeated click. */
async function publishChoice(
  type: 'optedOut' | 'optedIn' | 'trackingChoice',
  detail: ChoiceDetail,
  ports: ConsentPorts,
): Promise<void> {
  ports.log.info(BUS_TYPES[type], { topic: detail.topic, source: detail.source, choice: detail.choice });
  await publishRunEvent(choiceEvent(type, detail), ports);
}

const read = async ({ pks }: ConsentLink, { store }: ConsentPorts): Promise<readonly (Preferences | undefined)[]> =>
  readPreferences(
    pks.map((pk) => ({ pk })),
    store,
  );

async function choices(link: ConsentLink, ports: ConsentPorts): Promise<Choices> {
  const all = await read(link, ports);
  const topics = namesOf(link.topic, ports.page).map((name) => ({
    name,
    chosen: all.every((preferences) => optedOut(preferences, name) === undefined),
  }));
  return { topics, tracking: currentChoice(all)?.choice };
}

/** Returns the stack's topics and the link's topic, which the stack may no longer have. */
const namesOf = (topic: string, { topics }: ConsentPageDocument): string[] => [
  ...new Set([...topics.map(({ name }) => name), topic]),
];

/** Saves the answer to whether opens and clicks may be tracked. A form without an answer changes nothing. */
async function saveTracking(link: ConsentLink, form: URLSearchParams, ports: ConsentPorts): Promise<void> {
  const choice = form.get('tracking');
  if (!ports.page.tracking || (choice !== 'given' && choice !== 'refused')) return;
  const at = new Date(ports.clock.now()).toISOString();
  if (!(await saveChoice(link.pks, { choice, at, topic: link.topic }, ports.store))) return;
  await publishChoice('trackingChoice', { recipient: link.pks[0]!, topic: link.topic, at, choice }, ports);
}

/** Saves the recipient's choice among the topics that the form showed, and about tracking. */
async function save(link: ConsentLink, form: URLSearchParams, ports: ConsentPorts): Promise<void> {
  const { store, page, clock } = ports;
  await saveTracking(link, form, ports);
  if (form.get('leave') === 'all') return writeOptOut(link, EVERY_TOPIC, 'page', ports);
  const known = namesOf(link.topic, page);
  const shown = known.filter((name) => form.getAll('shown').includes(name));
  const chosen = shown.filter((name) => form.getAll('topic').includes(name));
  const all = await read(link, ports);
  const everything = all.some((preferences) => topicOptOut(preferences, EVERY_TOPIC) !== undefined);
  // After an opt-out of every topic, choosing some topics must not opt in to the rest.
  const unwanted = everything && chosen.length > 0 ? known.filter((name) => !chosen.includes(name)) : shown;
  for (const name of unwanted.filter((one) => !chosen.includes(one))) await writeOptOut(link, name, 'page', ports);
  // Opt in last, so that the recipient is never subscribed to an unwanted topic in between.
  for (const name of everything && chosen.length > 0 ? [...chosen, EVERY_TOPIC] : chosen) {
    let changed = false;
    for (const index of link.pks.keys()) {
      const seen = all[index];
      if (seen && topicOptOut(seen, name)) changed = (await store.write(optIn(seen, name))).applied || changed;
    }
    const at = new Date(clock.now()).toISOString();
    if (changed) await publishChoice('optedIn', { recipient: link.pks[0]!, topic: name, at }, ports);
  }
}
