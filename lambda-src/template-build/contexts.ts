import { Parser } from 'htmlparser2';
import { CONTEXTS } from '../domain/template/escape';
import { isValue } from '../domain/template/mustache-tags';
import { BuildLimit, MAX_DEPTH } from './build-limit';
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
          if (within === 'style') this.note(placeholdersIn(text), CONTEXTS.css);
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
    if (name === 'style') return this.note(placeholders, CONTEXTS.css);
    if (!LINKS.has(name)) return;
    // A value before counts as something; sections may be empty.
    let before = '';
    let at = 0;
    for (const sign of value.matchAll(PLACEHOLDER)) {
      before += value.slice(at, sign.index);
      at = sign.index + sign[0].length;
      const n = Number(sign[1]);
      if (!isValue(this.masked.tags[n]!)) continue;
      const context = linkContext(before.trimStart());
      if (context === undefined) this.refuse([n], `in a ${before.trim()} address`);
      else this.note([n], context);
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
  return scheme === undefined || scheme === 'http' || scheme === 'https' ? CONTEXTS.path : CONTEXTS.opaque;
}
