/**
 * How a value is written where it stands. A template's build notes one letter for every value of the HTML, and of a
 * text that was made from it, so that nobody parses HTML while sending; docs/templates.md has the rules.
 */
export const CONTEXTS = {
  /** Between tags, or in an attribute that is no address. */
  plain: 'h',
  /** The beginning of a link: the value is the address, or its first part. */
  link: 'u',
  /** The host of a link, behind its `//`. */
  host: 'a',
  /** In a link, before its `?` and `#`. */
  path: 'p',
  /** In a link, behind its `?` or `#`. */
  query: 'q',
  /** Behind `mailto:`, `tel:` and the like. */
  opaque: 'o',
  /** Where nobody sees it, as in a comment. */
  hidden: 'i',
  /** The beginning of a link that nobody sees. */
  hiddenLink: 'v',
  /** The unsubscribe footer, which is HTML. */
  footer: 'f',
  /** In CSS, in a `style` attribute: a part of a declaration's value. */
  css: 'c',
  /** There, at the beginning of a `url()`. */
  cssLink: 'l',
  /** There, the host of a `url()`. */
  cssHost: 'k',
  /** There, in a `url()` before its `?` and `#`. */
  cssPath: 'm',
  /** There, in a `url()` behind its `?` or `#`. */
  cssQuery: 'n',
} as const;

/** In a style sheet nothing is escaped as in HTML: the letter of the same place in an attribute, in upper case. */
export const inSheet = (context: string): string => context.toUpperCase();

/** Half a character cannot be encoded. */
const whole = (value: string): string => value.replace(/\p{Cs}/gu, '\uFFFD');
const encode = (value: string): string => encodeURIComponent(whole(value));
const encodePath = (value: string): string => encode(value).replaceAll('%2F', '/');
/** Encoded already where it is; what no address holds, is. */
const encodeAddress = (value: string): string => encodeURI(whole(value.trim())).replace(/%25([0-9a-f]{2})/gi, '%$1');

/** What would end a `url()` or its quotation marks. */
const encodeMarks = (address: string): string =>
  address.replace(/['"()*\\;]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/** Addresses a value may be: what a mail links to. */
const LINK = /^(https?:\/\/|mailto:)\S/i;
const WEB_LINK = /^https?:\/\/\S/i;
/** A name or an IP address, a port, and the beginning of a path. */
const HOST = /^((?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}_.-]*[\p{L}\p{M}\p{N}])?|\[[0-9a-f:.]+\])\.?(?::\d{1,5})?)(\/.*)?$/iu;

/** The maximum length of a value in CSS, a font list or an address. */
const MAX_CSS = 1000;

/** One part of a CSS value: a color, a number with its unit, a name, a quoted name, an address. */
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
  /** Whether a value may stand there. */
  readonly takes: (value: string) => boolean;
  readonly written: (value: string) => string;
  /** What stands there of a value that may not; no such email is sent. */
  readonly instead?: string;
}

const LINK_PLACE: Place = { takes: (value) => LINK.test(value.trim()), written: encodeAddress, instead: '#' };

const PLACES: { readonly [context: string]: Place } = {
  [CONTEXTS.link]: LINK_PLACE,
  [CONTEXTS.hiddenLink]: LINK_PLACE,
  [CONTEXTS.host]: { takes: isHost, written: encodeHost },
  [CONTEXTS.path]: { takes: always, written: encodePath },
  [CONTEXTS.query]: { takes: always, written: encode },
  [CONTEXTS.opaque]: {
    takes: always,
    written: (value) => encode(value).replace(/%(40|2B|2C)/g, (found) => decodeURIComponent(found)),
  },
  [CONTEXTS.css]: {
    takes: (value) => value.length <= MAX_CSS && CSS_VALUE.test(value),
    written: (value) => value.trim(),
  },
  [CONTEXTS.cssLink]: { takes: isWebLink, written: (value) => encodeMarks(encodeAddress(value)) },
  [CONTEXTS.cssHost]: { takes: isHost, written: (value) => encodeMarks(encodeHost(value)) },
  [CONTEXTS.cssPath]: { takes: always, written: (value) => encodeMarks(encodePath(value)) },
  [CONTEXTS.cssQuery]: { takes: always, written: (value) => encodeMarks(encode(value)) },
};

const placeOf = (context: string): Place | undefined => PLACES[context.toLowerCase()];

/** Whether a value may stand in its place. One that may not makes its row invalid. */
export const isAllowed = (value: string, context: string): boolean => placeOf(context)?.takes(value) ?? true;

/** Whether a place is in CSS. */
export const isCss = (context: string): boolean => 'cklmn'.includes(context.toLowerCase());

/** A value as its place in HTML wants it. */
export function writtenInHtml(value: string, context: string = CONTEXTS.plain): string {
  const text = encoded(value, context);
  return context === CONTEXTS.footer || context === context.toUpperCase() ? text : escapeHtml(text);
}

/** A value as its place in a text wants it: links are encoded, all else is as it is. */
export function encoded(value: string, context: string | undefined): string {
  const place = context === undefined ? undefined : placeOf(context);
  if (!place) return value;
  return place.takes(value) ? place.written(value) : (place.instead ?? '');
}

const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Values stand between tags and in quoted attributes alone: a build refuses them anywhere else. */
export const escapeHtml = (value: string): string => value.replace(/[&<>"']/g, (found) => ENTITIES[found]!);
