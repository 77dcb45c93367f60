import { Parser } from 'htmlparser2';
import { CONTEXTS, inSheet } from '../domain/template/escape';
import { FOOTER_NAME, isPreferencesTag } from '../domain/template/mail-values';
import { isValue } from '../domain/template/mustache-tags';
import { BuildLimit, MAX_DEPTH } from './build-limit';
import type { Range } from './html-tree';
import { type MaskedTemplate, PLACEHOLDER, placeholdersIn } from './mask-tags';

/** Attributes that hold an address. */
const LINKS = new Set(
  'action background cite classid codebase data formaction href icon longdesc lowsrc manifest poster profile src srcset usemap xlink:href'.split(
    ' ',
  ),
);

/** A browser closes elements that this parser leaves open, so that they are more than MAX_DEPTH. */
const MAX_UNCLOSED = 4 * MAX_DEPTH;

export interface Misplaced {
  /** Where the tag stands in the source. */
  readonly position: number;
  readonly name: string;
  readonly says: string;
}

/** How each value of an HTML body is written, by its tag; and those that stand where no writing makes them safe. */
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

  /** A link to unsubscribe that stands nowhere in what can be seen is none. */
  hide(visible: readonly Range[]): void {
    for (const [n, { name, start }] of this.masked.tags.entries()) {
      if (name === FOOTER_NAME) this.found.set(n, CONTEXTS.footer);
      if (!isPreferencesTag(name) || visible.some(({ from, to }) => from <= start && start < to)) continue;
      const context = this.of(n);
      if (context === CONTEXTS.link) this.found.set(n, CONTEXTS.hiddenLink);
      if (context === CONTEXTS.plain) this.found.set(n, CONTEXTS.hidden);
    }
  }

  /** A letter a value, in order. */
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
          // What Outlook alone reads is HTML as well.
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

  /** Values in CSS: `start` says what the text stands in, a rule or a whole sheet. */
  private styles(css: string, start: string, letter: (context: string) => string): void {
    this.each(css, (n, before) => {
      const [context, says] = cssContext(start + before);
      if (context === undefined) this.refuse([n], says);
      else this.note([n], letter(context));
    });
  }

  /** Each value of a text, with what stands before it. A value before counts as something; sections may be empty. */
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

/** By what stands before the value in its address; undefined: it would be code. */
function linkContext(before: string): string | undefined {
  if (before === '') return CONTEXTS.link;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(before)?.[1]?.toLowerCase();
  if (scheme === 'javascript' || scheme === 'vbscript' || scheme === 'data') return undefined;
  if (/[?#]/.test(before)) return CONTEXTS.query;
  if (/^(https?:)?\/\/$/i.test(before)) return CONTEXTS.host;
  return scheme === undefined || scheme === 'http' || scheme === 'https' ? CONTEXTS.path : CONTEXTS.opaque;
}

/** Of the addresses of a `srcset`, each with its width or density, the one that a value stands in. */
const candidate = (before: string): string => /(?:^|,\s+|\s\S*[wxh],\s*)([^\s,][^\s]*|)$/.exec(before)?.[1] ?? before;

type CssContext = readonly [context: string, says: ''] | readonly [context: undefined, says: string];

/** By what stands before a value in a rule, or in a sheet. */
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
