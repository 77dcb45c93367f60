/**
 * How a value is written where it stands. A template's build notes one letter for every value of the HTML, and of a
 * text that was made from it, so that nobody parses HTML while sending; docs/templates.md has the rules.
 */
export const CONTEXTS = {
  /** Between tags, or in an attribute that is no address. */
  plain: 'h',
  /** The beginning of a link: the value is the address, or its first part. */
  link: 'u',
  /** In a link, before its `?` and `#`. */
  path: 'p',
  /** In a link, behind its `?` or `#`. */
  query: 'q',
  /** Behind `mailto:`, `tel:` and the like. */
  opaque: 'o',
  /** In CSS. */
  css: 'c',
} as const;

/** Half a character cannot be encoded. */
const whole = (value: string): string => value.replace(/\p{Cs}/gu, '\uFFFD');
const encode = (value: string): string => encodeURIComponent(whole(value));

/** Addresses a value may be: what a mail links to. */
const LINK = /^(https?:\/\/|mailto:)\S/i;

export const isLink = (value: string): boolean => LINK.test(value.trim());

const ENCODERS: { readonly [context: string]: (value: string) => string } = {
  [CONTEXTS.link]: (value) =>
    isLink(value)
      ? // Encoded already where it is; what no address holds, is.
        encodeURI(whole(value.trim())).replace(/%25([0-9a-f]{2})/gi, '%$1')
      : '#',
  [CONTEXTS.path]: (value) => encode(value).replaceAll('%2F', '/'),
  [CONTEXTS.query]: encode,
  [CONTEXTS.opaque]: (value) => encode(value).replace(/%(40|2B|2C)/g, (found) => decodeURIComponent(found)),
  // A colour, a length, a name; anything that could begin another declaration is left out.
  [CONTEXTS.css]: (value) => (/^[\p{L}\p{N}#%., -]*$/u.test(value) ? value : ''),
};

export const encoded = (value: string, context: string | undefined): string =>
  (context && ENCODERS[context]?.(value)) ?? value;

const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Values stand between tags and in quoted attributes alone: a build refuses them anywhere else. */
export const escapeHtml = (value: string): string => value.replace(/[&<>"']/g, (found) => ENTITIES[found]!);
