/**
 * Contexts of values, which determine how they are escaped. A template's build stores one letter for each value of the
 * HTML, and of text generated from it, so that no HTML is parsed while sending. docs/templates.md explains the rules.
 */
export const CONTEXTS = {
  /** Between tags, or in an attribute that is not a URL. */
  plain: 'h',
  /** At the start of a link: the value is the URL or its first part. */
  link: 'u',
  /** The host of a link, after `//`. */
  host: 'a',
  /** In a link, before `?` and `#`. */
  path: 'p',
  /** In a link, after `?` or `#`. */
  query: 'q',
  /** After `mailto:`, `tel:` and similar schemes. */
  opaque: 'o',
  /** Where it is not visible, as in a comment. */
  hidden: 'i',
  /** At the start of an invisible link. */
  hiddenLink: 'v',
  /** The unsubscribe footer, which is HTML. */
  footer: 'f',
  /** In a `style` attribute: part of a CSS declaration's value. */
  css: 'c',
  /** In CSS, at the start of a `url()`. */
  cssLink: 'l',
  /** In CSS, the host of a `url()`. */
  cssHost: 'k',
  /** In CSS, in a `url()` before `?` and `#`. */
  cssPath: 'm',
  /** In CSS, in a `url()` after `?` or `#`. */
  cssQuery: 'n',
} as const;

/** Returns the context for a style sheet, where HTML escaping does not apply: the attribute's letter in upper case. */
export const inSheet = (context: string): string => context.toUpperCase();

/** Replaces lone surrogates, which cannot be encoded. */
const whole = (value: string): string => value.replace(/\p{Cs}/gu, '\uFFFD');
const encode = (value: string): string => encodeURIComponent(whole(value));
const encodePath = (value: string): string => encode(value).replaceAll('%2F', '/');
/** Encodes characters that a URL cannot contain. Keeps existing percent-encoding. */
const encodeAddress = (value: string): string => encodeURI(whole(value.trim())).replace(/%25([0-9a-f]{2})/gi, '%$1');

/** Encodes characters that would end a `url()` or its quotation marks. */
const encodeMarks = (address: string): string =>
  address.replace(/['"()*\\;]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/** Schemes allowed for a value that is a link. */
const LINK = /^(https?:\/\/|mailto:)\S/i;
const WEB_LINK = /^https?:\/\/\S/i;
/** A host name or IP address, with optional port and path. */
const HOST = /^((?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}_.-]*[\p{L}\p{M}\p{N}])?|\[[0-9a-f:.]+\])\.?(?::\d{1,5})?)(\/.*)?$/iu;

/** Maximum characters of a CSS value, for example a font list or URL. */
const MAX_CSS = 1000;

/** One part of a CSS value: a color, a number with its unit, a name, a quoted name, or a URL. */
const CSS_PART = [
  /#?[\p{L}\p{M}\p{N}_.%+-]+/u,
  /(?:rgb|hsl)a?\([\d.%,/\s+-]*(?:deg|rad|turn|grad)?[\d.%,/\s+-]*\)/i,
  /"[\p{L}\p{M}\p{N}_. -]*"|'[\p{L}\p{M}\p{N}_. -]*'/u,
  /url\(\s*(?:https?:\/\/[^\s()'"\\;<>{}]+|"https?:\/\/[^\s()'"\\;<>{}]+"|'https?:\/\/[^\s()'"\\;<>{}]+')\s*\)/i,
]
  .map(({ source }) => source)
  .join('|');
const CSS_VALUE = new RegExp(`^\\s*(?:(?:${CSS_PART})(?:\\s*,\\s*|\\s+|\\s*/\\s*|$))*$`, 'iu');

const isHost = (value: string): boolean => HOST.test(value.trim());
function encodeHost(value: string): string {
  const [, host = '', path = ''] = HOST.exec(value.trim()) ?? [];
  return host + encodePath(path);
}

const always = (): boolean => true;
const isWebLink = (value: string): boolean => WEB_LINK.test(value.trim());

interface Place {
  /** Whether a value is allowed in this place. */
  readonly accepts: (value: string) => boolean;
  readonly write: (value: string) => string;
  /** Replaces a value that is not allowed. Such an email is never sent. */
  readonly fallback?: string;
}

const LINK_PLACE: Place = { accepts: (value) => LINK.test(value.trim()), write: encodeAddress, fallback: '#' };

const PLACES: { readonly [context: string]: Place } = {
  [CONTEXTS.link]: LINK_PLACE,
  [CONTEXTS.hiddenLink]: LINK_PLACE,
  [CONTEXTS.host]: { accepts: isHost, write: encodeHost },
  [CONTEXTS.path]: { accepts: always, write: encodePath },
  [CONTEXTS.query]: { accepts: always, write: encode },
  [CONTEXTS.opaque]: {
    accepts: always,
    write: (value) => encode(value).replace(/%(40|2B|2C)/g, (found) => decodeURIComponent(found)),
  },
  [CONTEXTS.css]: {
    accepts: (value) => value.length <= MAX_CSS && CSS_VALUE.test(value),
    write: (value) => value.trim(),
  },
  [CONTEXTS.cssLink]: { accepts: isWebLink, write: (value) => encodeMarks(encodeAddress(value)) },
  [CONTEXTS.cssHost]: { accepts: isHost, write: (value) => encodeMarks(encodeHost(value)) },
  [CONTEXTS.cssPath]: { accepts: always, write: (value) => encodeMarks(encodePath(value)) },
  [CONTEXTS.cssQuery]: { accepts: always, write: (value) => encodeMarks(encode(value)) },
};

const placeOf = (context: string): Place | undefined => PLACES[context.toLowerCase()];

/** Whether a value is allowed in its place. If not, its row is invalid. */
export const isAllowed = (value: string, context: string): boolean => placeOf(context)?.accepts(value) ?? true;

/** Whether a context is in CSS. */
export const isCss = (context: string): boolean => 'cklmn'.includes(context.toLowerCase());

/** Escapes a value for its context in HTML. */
export function writtenInHtml(value: string, context: string = CONTEXTS.plain): string {
  const text = encoded(value, context);
  return context === CONTEXTS.footer || context === context.toUpperCase() ? text : escapeHtml(text);
}

/** Encodes a value for its context in text: encodes links and leaves other values unchanged. */
export function encoded(value: string, context: string | undefined): string {
  const place = context === undefined ? undefined : placeOf(context);
  if (!place) return value;
  return place.accepts(value) ? place.write(value) : (place.fallback ?? '');
}

const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes HTML. Safe only between tags and in quoted attributes; a build rejects values elsewhere. */
export const escapeHtml = (value: string): string => value.replace(/[&<>"']/g, (found) => ENTITIES[found]!);
