import type { TEMPLATE_ERRORS, TEMPLATE_WARNINGS } from '../../domain/template/template-errors';
import { attributeOf, type Document, type Element, type Range, rawTextOf } from '../html-tree';
import type { SourceView } from '../source-view';

export type LintCode = keyof typeof TEMPLATE_WARNINGS | keyof typeof TEMPLATE_ERRORS;

/** What a rule found in one place. */
export interface Finding {
  readonly code: LintCode;
  /** The position in the HTML. */
  readonly position: number;
  /** What is wrong and what to write. Places with the same code and text are one message. */
  readonly says: string;
  /** What was found in this place, if `says` leaves it out. */
  readonly what?: string;
}

/** An HTML body as the rules read it. */
export interface LintedHtml {
  readonly document: Document;
  readonly view: SourceView;
}

/** Returns the range of an element's CSS: its style sheet, or its style attribute. */
export function cssTextOf(element: Element, view: SourceView): Range | undefined {
  if (element.name === 'style') return rawTextOf(element);
  return element.attribs.style === undefined ? undefined : attributeOf(element, 'style', view.text);
}

/** The maximum number of places in one message. */
const MAX_PLACES = 20;

/** Returns one message for findings with the same code and text. `locate` returns the file and line of a position. */
export function messagesOf(
  findings: readonly Finding[],
  locate: (position: number) => string,
): { readonly code: LintCode; readonly message: string }[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.code} ${finding.says}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].map((group) => {
    const { code, position, says } = group[0]!;
    const first = locate(position);
    const file = first.replace(/, line \d+$/, '');
    // The first place names the file; the others name it only if it is another.
    const places = group.map(({ position: at, what }) => {
      const place = locate(at);
      const line = place.startsWith(`${file}, `) ? place.slice(file.length + 2) : place;
      return what === undefined ? line : place === first ? what : `${what} (${line})`;
    });
    const others = [...new Set(group[0]!.what === undefined ? places.slice(1) : places)];
    const listed = others.slice(0, MAX_PLACES).join(', ');
    const more = others.length > MAX_PLACES ? ` and ${others.length - MAX_PLACES} more` : '';
    const also = group[0]!.what === undefined ? '; also ' : ': ';
    return { code, message: `${first}: ${says}${listed === '' ? '' : also + listed + more}` };
  });
}
