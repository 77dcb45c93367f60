import { createHash } from 'node:crypto';
import Mustache from 'mustache';
import type { ConsentPageDocument, TopicDocument, TrackingChoice } from '../../../src/private/contract';
import { CONSENT_PATHS } from '../../domain/links/consent-link';
import type { Response } from '../../domain/pages/http';
import { pageHeaders } from '../../domain/pages/page-headers';
import { acceptedLanguages, languageFor, type TextName, type Texts, textsIn } from '../../domain/pages/page-texts';
import { escapeHtml } from '../../domain/template/escape';
import { PAGE_TEMPLATE } from './page-template';

/** The content of a consent page. */
export type Page =
  | { readonly kind: 'confirm' | 'left'; readonly topic: string; readonly token: string }
  | ({ readonly kind: 'preferences' | 'saved' } & Choices)
  | { readonly kind: 'invalid' | 'busy' };

/** What a recipient has chosen. */
export interface Choices {
  readonly topics: readonly Choice[];
  /** Whether opens and clicks may be tracked. Absent if never answered. */
  readonly tracking?: TrackingChoice;
}

/** A topic and whether the recipient is subscribed to it. */
export interface Choice {
  readonly name: string;
  readonly chosen: boolean;
}

const WORDS: { readonly [kind in Page['kind']]: { readonly title: TextName; readonly message: TextName } } = {
  confirm: { title: 'leaveTitle', message: 'leaveText' },
  left: { title: 'leftTitle', message: 'leftText' },
  preferences: { title: 'preferencesTitle', message: 'preferencesText' },
  saved: { title: 'savedTitle', message: 'savedText' },
  invalid: { title: 'invalidTitle', message: 'invalidText' },
  busy: { title: 'busyTitle', message: 'busyText' },
};

const RIGHT_TO_LEFT = /^(ar|dv|fa|he|ks|ku|ps|sd|ug|ur|yi)\b/i;

/** Renders a page. Its headers forbid frames, scripts and content from other hosts. */
export function renderPage(
  page: Page,
  document: ConsentPageDocument,
  request: { readonly acceptLanguage?: string; readonly statusCode: number; readonly more?: Record<string, string> },
): Response {
  const language = languageFor(acceptedLanguages(request.acceptLanguage), document.language, document.texts);
  const text = textsIn(language, document.language, document.texts);
  const fill = (words: string, of: TopicDocument | undefined): string => {
    const what = of?.title === undefined ? text.mail : text.quotedTopic.replaceAll('{topic}', () => of.title!);
    return words
      .replaceAll('{what}', () => what)
      .replaceAll('{topic}', () => of?.title ?? text.mail)
      .replaceAll('{sender}', () => document.sender || text.thisSender);
  };
  const topicOf = (name: string) => topicIn(document, name, text as Texts & Words);
  const about = 'topic' in page ? topicOf(page.topic) : undefined;
  const { title, message } = WORDS[page.kind];
  const view = {
    lang: language,
    dir: RIGHT_TO_LEFT.test(language) ? 'rtl' : 'ltr',
    sender: document.sender,
    title: fill(text[title], about),
    message: fill(text[message], about),
    text,
    status: page.kind === 'left' || page.kind === 'saved',
    confirm: page.kind === 'confirm',
    left: page.kind === 'left',
    saved: page.kind === 'saved',
    invalid: page.kind === 'invalid',
    busy: page.kind === 'busy',
    preferences: 'topics' in page,
    topics:
      'topics' in page ? page.topics.map(({ name, chosen }) => ({ ...topicView(topicOf(name), text), chosen })) : [],
    tracking: document.tracking &&
      'topics' in page && {
        message: fill(text.trackingText, undefined),
        given: page.tracking === 'given',
        refused: page.tracking === 'refused',
      },
    // A relative URL from /u/… to /p/…, which works with any prefix.
    chooseUrl:
      'token' in page && (document.topics.length > 1 || document.tracking)
        ? `../${CONSENT_PATHS.preferences}/${page.token}`
        : '',
  };
  const body = Mustache.render(document.template ?? PAGE_TEMPLATE, view, undefined, { escape: escapeHtml });
  return {
    statusCode: request.statusCode,
    headers: { ...headersOf(body), 'content-language': language, ...request.more },
    body,
  };
}

type Words = { readonly [name: string]: string | undefined };

/**
 * Returns a topic's title and description in the page's language, if the owner set them. A topic that the stack no
 * longer has keeps its name only.
 */
function topicIn({ topics }: ConsentPageDocument, name: string, text: Words): TopicDocument {
  const topic = topics.find((one) => one.name === name);
  return {
    name,
    title: text[`topic.${name}.title`] ?? topic?.title,
    description: text[`topic.${name}.description`] ?? topic?.description,
  };
}

const topicView = ({ name, title, description }: TopicDocument, text: Texts) => ({
  name,
  title: title ?? (name === 'general' ? capital(text.mail) : name),
  description: description ?? '',
});

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

function headersOf(body: string): Record<string, string> {
  const styles = [...body.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/gi)].map(
    ([, style]) => `'sha256-${createHash('sha256').update(style!).digest('base64')}'`,
  );
  return pageHeaders(styles, ['img-src data:']);
}
