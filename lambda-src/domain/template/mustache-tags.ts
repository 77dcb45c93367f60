export type Sigil = '' | '#' | '^' | '/' | '>' | '&' | '!' | '=' | '<' | '$';

/** One Mustache tag where it stands. */
export interface Tag {
  readonly sigil: Sigil;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Whether `{{` means a tag after it: its author may have set other delimiters. */
  readonly usual: boolean;
}

const SIGILS = '#^/>&!=<$';

/**
 * The tags of a template, flat and in order, with those of Mustache's inheritance. It ends at a tag that is not closed:
 * what is wrong with a template, Mustache's own parser says.
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
