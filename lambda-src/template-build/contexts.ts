import { Parser } from 'htmlparser2';
import { CONTEXTS, inSheet } from '../domain/template/escape';
import { FOOTER_NAME, isPreferencesTag } from '../domain/template/mail-values';
import { isValue } from '../domain/template/mustache-tags';
import { BuildLimit, MAX_DEPTH } from './build-limit';
import type { Range } from './html-tree';
import { type MaskedTemplate, PLACEHOLDER, placeholdersIn } from './mask-tags';

/** Attributes that contain a URL. */
const LINKS = new Set(
  'action background cite classid codebase data formaction href icon longdesc lowsrc manifest poster profile src srcset usemap xlink:href'.split(
    ' ',
  ),
);

/** The maximum number of open elements. This parser leaves elements open that a browser closes, hence the factor. */
const MAX_UNCLOSED = 4 * MAX_DEPTH;

/** A value in a place where no escaping makes it safe. */
export interface Misplaced {
  /** The position of the tag in the source. */
  readonly position: number;
  readonly name: string;
  readonly says: string;
}

/** Determines how to escape each value of an HTML body, and finds values that no escaping makes safe. */
export class Contexts {
  private readonly found = new Map<number, string>();
  readonly misplaced: Misplaced[] = [];

  constructor(private readonly masked: MaskedTemplate) {
    this.read(masked.text);
    for (const [, n] of masked.text.matchAll(new RegExp(`<\\/?${PLACEHOLDER.source}`, 'gu'))) {
      this.refuse([Number(n)], 'as the name of a tag');
    }
  }

  of(n: number): string {
    return this.found.get(n) ?? CONTEXTS.plain;
  }

  /** Marks consent links outside the visible ranges as hidden: they do not count as an unsubscribe link. */
  hide(visible: readonly Range[]): void {
    for (const [n, { name, start }] of this.masked.tags.entries()) {
      if (name === FOOTER_NAME) this.found.set(n, CONTEXTS.footer);
      if (!isPreferencesTag(name) || visible.some(({ from, to }) => from <= start && start < to)) continue;
      const context = this.of(n);
      if (context === CONTEXTS.link) this.found.set(n, CONTEXTS.hiddenLink);
      if (context === CONTEXTS.plain) this.found.set(n, CONTEXTS.hidden);
    }
  }

  /** The contexts of all values in order, one letter each. */
  get letters(): string {
    return this.masked.tags.flatMap((tag, n) => (isValue(tag) ? [this.of(n)] : [])).join('');
  }

  private read(html: string): void {
    const open: string[] = [];
    const parser = new Parser(
      {
        onopentagname: (name) => {
          open.push(name);
          if (open.length > MAX_UNCLOSED) {
            throw new BuildLimit(`at most ${MAX_UNCLOSED} elements may be open at once; close those that are`);
          }
          this.refuse(placeholdersIn(name), 'in the name of a tag');
        },
        onclosetag: () => void open.pop(),
        onattribute: (name, value, quote) => {
          this.refuse(placeholdersIn(name), 'as an attribute');
          this.attribute(name, value, quote);
        },
        ontext: (text) => {
          const within = open.at(-1);
          if (within === 'script') this.refuse(placeholdersIn(text), 'in a script');
          if (within === 'style') this.styles(text, '', inSheet);
        },
        oncomment: (comment) => {
          // Outlook reads the HTML in conditional comments.
          const conditional = /^\s*\[if\b[^\]]*\]>/i.exec(comment);
          if (conditional) this.read(comment.slice(conditional[0].length));
        },
        onprocessinginstruction: (_, data) => this.refuse(placeholdersIn(data), 'in a declaration'),
      },
      { decodeEntities: false, recognizeSelfClosing: true },
    );
    parser.end(html);
  }

  private attribute(name: string, value: string, quote: string | null | undefined): void {
    const placeholders = placeholdersIn(value);
    if (placeholders.length === 0) return;
    if (!quote) return this.refuse(placeholders, `in the attribute ${name}, which has no quotation marks`);
    if (name.startsWith('on')) return this.refuse(placeholders, `in the attribute ${name}, which is a script`);
    if (name === 'style') return this.styles(value, '{', String);
    if (!LINKS.has(name)) return;
    this.each(value, (n, before) => {
      const address = name === 'srcset' ? candidate(before) : before;
      const context = linkContext(address.trimStart());
      if (context === undefined) this.refuse([n], `in a ${address.trim()} address`);
      else this.note([n], context);
    });
  }

  /** Notes the values in CSS. `start` is `{` if the text is the inside of a rule, and empty for a whole sheet. */
  private styles(css: string, start: string, letter: (context: string) => string): void {
    this.each(css, (n, before) => {
      const [context, says] = cssContext(start + before);
      if (context === undefined) this.refuse([n], says);
      else this.note([n], letter(context));
    });
  }

  /**
   * Calls `note` for each value with the text before it. Earlier values count as one character; tags of sections count
   * as nothing, because a section may be empty.
   */
  private each(text: string, note: (n: number, before: string) => void): void {
    let before = '';
    let at = 0;
    for (const sign of text.matchAll(PLACEHOLDER)) {
      before += text.slice(at, sign.index);
      at = sign.index + sign[0].length;
      const n = Number(sign[1]);
      if (!isValue(this.masked.tags[n]!)) continue;
      note(n, before);
      before += '\0';
    }
  }

  private note(placeholders: readonly number[], context: string): void {
    for (const n of placeholders) this.found.set(n, context);
  }

  private refuse(placeholders: readonly number[], says: string): void {
    for (const n of placeholders) {
      const tag = this.masked.tags[n]!;
      if (isValue(tag) && !this.misplaced.some(({ position }) => position === tag.start)) {
        this.misplaced.push({ position: tag.start, name: tag.name, says });
      }
    }
  }
}

/** Returns the context of a value in a URL, by the text before it; undefined if the value would be code. */
function linkContext(before: string): string | undefined {
  if (before === '') return CONTEXTS.link;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(before)?.[1]?.toLowerCase();
  if (scheme === 'javascript' || scheme === 'vbscript' || scheme === 'data') return undefined;
  if (/[?#]/.test(before)) return CONTEXTS.query;
  if (/^(https?:)?\/\/$/i.test(before)) return CONTEXTS.host;
  return scheme === undefined || scheme === 'http' || scheme === 'https' ? CONTEXTS.path : CONTEXTS.opaque;
}

/** Returns the start of the URL in a `srcset` that contains the value. */
const candidate = (before: string): string => /(?:^|,\s+|\s\S*[wxh],\s*)([^\s,][^\s]*|)$/.exec(before)?.[1] ?? before;

type CssContext = readonly [context: string, says: ''] | readonly [context: undefined, says: string];

/** Returns the context of a value in CSS, by the text before it. */
function cssContext(before: string): CssContext {
  const address = /url\(\s*["']?([^"')]*)$/i.exec(before.slice(before.lastIndexOf('(') - 3))?.[1];
  if (address !== undefined) {
    const context = linkContext(address);
    const found = context && IN_URL[context];
    return found ? [found, ''] : [undefined, `in a ${address} address`];
  }
  if (before.lastIndexOf('/*') > before.lastIndexOf('*/')) return [CONTEXTS.css, ''];
  const begins = Math.max(...[';', '{', '}'].map((mark) => before.lastIndexOf(mark)));
  const opens = before[begins];
  const written = before.slice(begins + 1);
  if (written.includes(':') || written.trimStart().startsWith('@')) return [CONTEXTS.css, ''];
  return opens === '{' || opens === ';'
    ? [undefined, 'as a declaration of CSS; write its property, as in "color: {{x}}"']
    : [undefined, 'in a selector of CSS'];
}

const IN_URL: { readonly [context: string]: string } = {
  [CONTEXTS.link]: CONTEXTS.cssLink,
  [CONTEXTS.host]: CONTEXTS.cssHost,
  [CONTEXTS.path]: CONTEXTS.cssPath,
  [CONTEXTS.query]: CONTEXTS.cssQuery,
};
