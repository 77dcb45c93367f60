export type Sigil = '' | '#' | '^' | '/' | '>' | '&' | '!' | '=' | '<' | '$';

/** A Mustache tag and its position. */
export interface Tag {
  readonly sigil: Sigil;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Whether the delimiters are `{{` after this tag; an author may change them. */
  readonly usual: boolean;
}

const SIGILS = '#^/>&!=<$';

/**
 * Returns the tags of a template, flat and in order, including those of Mustache's inheritance. Stops at an unclosed
 * tag, which Mustache's own parser reports.
 */
export function tagsOf(source: string): Tag[] {
  const tags: Tag[] = [];
  let [open, close] = ['{{', '}}'];
  for (let at = source.indexOf(open); at >= 0; at = source.indexOf(open, at)) {
    const start = at;
    at = skipSpace(source, at + open.length);
    const found = source[at] ?? '';
    const triple = found === '{';
    const sigil = (triple ? '&' : SIGILS.includes(found) ? found : '') as Sigil;
    if (triple || sigil !== '') at += 1;
    const ends = triple ? `}${close}` : sigil === '=' ? `=${close}` : close;
    const stop = source.indexOf(ends, at);
    if (stop < 0) break;
    const name = source.slice(at, stop).trim();
    at = stop + ends.length;
    if (sigil === '=') {
      const [first, second] = name.split(/\s+/, 2);
      if (first && second) [open, close] = [first, second];
    }
    tags.push({ sigil, name, start, end: at, usual: open === '{{' });
  }
  return tags;
}

function skipSpace(source: string, from: number): number {
  let at = from;
  while (/\s/.test(source[at] ?? '')) at += 1;
  return at;
}

/** Whether a tag prints a value. */
export const isValue = ({ sigil }: Tag): boolean => sigil === '' || sigil === '&';
