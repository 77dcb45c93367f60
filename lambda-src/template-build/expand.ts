import { foldName } from '../domain/list/fold-name';
import { isValue, type Tag, tagsOf } from '../domain/template/mustache-tags';
import type { Problem } from '../domain/template/template-errors';
import { BuildLimit, MAX_BYTES, MAX_INCLUSIONS, tooLarge } from './build-limit';

/** A text as written by its author. */
export interface Source {
  /** The origin for error texts: an absolute path, an S3 URL or a prop. */
  readonly where: string;
  readonly text: string;
}

/** Finds partials by name. */
export interface Partials {
  /** Returns a partial by name; undefined if there is none. */
  find(name: string): Source | undefined;
  /** Describes where a partial was looked for. */
  tried(name: string): string;
}

/** A template with expanded partials and blocks, without comments and custom delimiters. Maps positions to sources. */
export class Expanded {
  text = '';
  /** The limit that ended the expansion early; undefined if the text is complete. */
  limit?: string;
  private readonly origins: { readonly at: number; readonly source: Source; readonly from: number }[] = [];

  add(text: string, source: Source, from: number): void {
    if (text === '') return;
    this.origins.push({ at: this.text.length, source, from });
    this.text += text;
    // Partials may grow a part a thousandfold, so stop early. The exact size is checked after the expansion.
    if (this.text.length > 2 * MAX_BYTES) throw new BuildLimit(tooLarge(this.text.length, 'with its partials'));
  }

  /** Returns the file and line of a position, for error texts. */
  locate(position: number): string {
    const origin = this.origins.filter(({ at }) => at <= position).at(-1) ?? this.origins[0];
    return origin ? placeIn(origin.source, origin.from + position - origin.at) : 'line 1';
  }
}

const placeIn = ({ where, text }: Source, position: number): string =>
  `${where}, line ${text.slice(0, position).split('\n').length}`;

/** Expands partials (`{{>header}}`) and inheritance (`{{<layout}}{{$main}}…{{/main}}{{/layout}}`). */
export function expand(source: Source, partials: Partials, problems: Problem[]): Expanded {
  const into = new Expanded();
  try {
    new Expander(partials, problems, into).whole(source, { blocks: new Map(), ancestors: [], indent: '' });
  } catch (error) {
    if (!(error instanceof BuildLimit)) throw error;
    into.limit = error.says;
  }
  return into;
}

/** A range of a text between two of its tags. */
interface Range {
  readonly source: Source;
  readonly tags: readonly Tag[];
  readonly first: number;
  readonly last: number;
  readonly from: number;
  readonly to: number;
}

interface RenderContext {
  /** The contents with which an inheriting template replaces blocks, by the block's name. */
  readonly blocks: ReadonlyMap<string, { readonly range: Range; readonly context: RenderContext }>;
  /** The sources that include this one, outermost first, to detect recursion. */
  readonly ancestors: readonly Source[];
  /** The indentation of the partial's tag, which each line gets. */
  readonly indent: string;
}

const ALONE = new Set(['!', '=', '>', '<', '$']);

class Expander {
  private inclusions = 0;

  constructor(
    private readonly partials: Partials,
    private readonly problems: Problem[],
    private readonly into: Expanded,
  ) {}

  whole(source: Source, context: RenderContext): void {
    if (this.inclusions++ > MAX_INCLUSIONS) {
      throw new BuildLimit(`partials and layouts must be included at most ${MAX_INCLUSIONS} times; include fewer`);
    }
    const tags = withOpeningNames(tagsOf(source.text));
    const range = { source, tags, first: 0, last: tags.length, from: 0, to: source.text.length };
    this.range(range, { ...context, ancestors: [...context.ancestors, source] });
  }

  private range(range: Range, context: RenderContext): void {
    const { source, tags } = range;
    let at = range.from;
    const upTo = (to: number, before: Tag | undefined): void => this.addText(source, at, to, before, context.indent);
    for (let i = range.first; i < range.last; i++) {
      const tag = tags[i]!;
      const line = ALONE.has(tag.sigil) ? lineOf(source.text, tag) : undefined;
      const [start, end] = line ?? [tag.start, tag.end];
      upTo(Math.max(at, start), tags[i - 1]);
      at = end;
      if (!line && context.indent !== '' && beginsLine(source.text, start))
        this.into.add(context.indent, source, start);
      if (tag.sigil === '>') {
        const indent = line ? context.indent + source.text.slice(start, tag.start) : '';
        this.partial(tag, source, { ...context, indent });
      } else if (tag.sigil === '<' || tag.sigil === '$') {
        const closing = this.closing(tags, i, source);
        if (closing === undefined) return;
        const close = tags[closing]!;
        const [stop, after] = aloneOnItsLine(source.text, close);
        const inner = { source, tags, first: i + 1, last: closing, from: end, to: Math.max(end, stop) };
        if (tag.sigil === '<') this.parent(tag, inner, context);
        else this.block(tag.name, inner, context);
        i = closing;
        at = after;
      } else if (tag.sigil !== '!' && tag.sigil !== '=') {
        const sigil = isValue(tag) && tag.sigil === '&' ? '&' : tag.sigil;
        this.into.add(`{{${sigil}${tag.name}}}`, source, tag.start);
      }
    }
    upTo(range.to, tags[range.last - 1]);
  }

  private partial(tag: Tag, source: Source, context: RenderContext): void {
    const found = this.find(tag, source, context);
    if (found) this.whole(found, { ...context, blocks: new Map() });
  }

  private parent(tag: Tag, inner: Range, context: RenderContext): void {
    const found = this.find(tag, inner.source, context);
    if (!found) return;
    const blocks = new Map(context.blocks);
    for (let i = inner.first; i < inner.last; i++) {
      const block = inner.tags[i]!;
      if (block.sigil !== '$') continue;
      const closing = this.closing(inner.tags, i, inner.source);
      if (closing === undefined) return;
      const [, from] = aloneOnItsLine(inner.source.text, block);
      const [to] = aloneOnItsLine(inner.source.text, inner.tags[closing]!);
      const range = { ...inner, first: i + 1, last: closing, from, to: Math.max(from, to) };
      // The outermost inheriting template takes precedence.
      if (!blocks.has(block.name)) blocks.set(block.name, { range, context });
      i = closing;
    }
    this.whole(found, { ...context, blocks });
  }

  private block(name: string, own: Range, context: RenderContext): void {
    const replacement = context.blocks.get(name);
    if (replacement) this.range(replacement.range, replacement.context);
    else this.range(own, context);
  }

  private find(tag: Tag, source: Source, { ancestors }: RenderContext): Source | undefined {
    const at = placeIn(source, tag.start);
    const found = this.partials.find(tag.name);
    const written = `{{${tag.sigil}${tag.name}}}`;
    if (!found) {
      this.problems.push({ code: 'MM208', message: `${at}: got ${written}, and ${this.partials.tried(tag.name)}` });
    } else if (ancestors.some(({ where }) => where === found.where)) {
      this.problems.push({ code: 'MM210', message: `${at}: ${written} includes itself: ${found.where}` });
    } else return found;
    return undefined;
  }

  /** Returns the index of the tag that closes the one at `index`. Reports a problem if there is none. */
  private closing(tags: readonly Tag[], index: number, source: Source): number | undefined {
    const open = tags[index]!;
    let depth = 0;
    for (let i = index; i < tags.length; i++) {
      const { sigil, name } = tags[i]!;
      if ('#^<$'.includes(sigil) && sigil !== '') depth += 1;
      if (sigil === '/') depth -= 1;
      if (depth > 0) continue;
      if (name === open.name) return i;
      break;
    }
    const message = `${placeIn(source, open.start)}: Unclosed ${open.sigil === '<' ? 'parent' : 'block'} "${open.name}"`;
    this.problems.push({ code: 'MM205', message });
    return undefined;
  }

  private addText(source: Source, from: number, to: number, before: Tag | undefined, indent: string): void {
    if (to <= from) return;
    let text = source.text.slice(from, to);
    // With custom delimiters, `{{` is text. Escape it, because the result uses the default delimiters.
    if (before && !before.usual) text = text.replaceAll('{{', '{{=<% %>=}}{{<%={{ }}=%>');
    if (indent === '') return this.into.add(text, source, from);
    // Add line by line, so that each line keeps its origin.
    let at = from;
    for (const line of text.split(/(?<=\n)/)) {
      if (beginsLine(source.text, at) && line.trim() !== '') this.into.add(indent, source, at);
      this.into.add(line, source, at);
      at += line.length;
    }
  }
}

/** Renames closing tags to their opening tags' spelling: `{{/first name}}` closes `{{#First Name}}`. */
function withOpeningNames(tags: readonly Tag[]): Tag[] {
  const open: string[] = [];
  return tags.map((tag) => {
    if (tag.sigil !== '' && '#^<$'.includes(tag.sigil)) open.push(tag.name);
    if (tag.sigil !== '/') return tag;
    const name = open.pop();
    return name !== undefined && foldName(name) === foldName(tag.name) ? { ...tag, name } : tag;
  });
}

const beginsLine = (text: string, at: number): boolean => at === 0 || text[at - 1] === '\n';

/** Returns the range of the line that contains only the tag (Mustache's standalone tags). Undefined if it has more. */
function lineOf(text: string, { start, end }: Tag): [start: number, end: number] | undefined {
  let from = start;
  while (from > 0 && /[ \t]/.test(text[from - 1]!)) from -= 1;
  if (!beginsLine(text, from)) return undefined;
  const rest = /^[ \t]*(\r?\n|$)/.exec(text.slice(end, end + 1000));
  return rest ? [from, end + rest[0].length] : undefined;
}

/** Returns the range of the tag's line if the line contains only the tag, else of the tag. */
const aloneOnItsLine = (text: string, tag: Tag): [start: number, end: number] =>
  lineOf(text, tag) ?? [tag.start, tag.end];
