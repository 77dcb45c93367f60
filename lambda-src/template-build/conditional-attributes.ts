import { attributeOf, type Document, type Element, elementsOf, type Range, startTagOf } from './html-tree';
import type { SourceView } from './source-view';

/**
 * Removes from the tree attributes and class names inside a section, which only some recipients' emails have. Returns
 * the elements whose style attribute is inside a section.
 */
export function leaveOutConditionalAttributes(document: Document, view: SourceView): Set<Element> {
  const styled = new Set<Element>();
  for (const element of elementsOf(document)) {
    const tag = startTagOf(element);
    if (!tag || !view.hasSections(tag.from, tag.to)) continue;
    const depth = view.sectionsAt(tag.from).length;
    for (const name of Object.keys(element.attribs)) {
      const range = attributeOf(element, name, view.text);
      if (!range) continue;
      if (view.sectionsAt(range.from).length > depth) {
        if (name === 'style') styled.add(element);
        delete element.attribs[name];
      } else if (view.hasSections(range.from, range.to)) {
        if (name === 'class') element.attribs.class = certainClasses(view, range, depth);
        else if (name !== 'style') delete element.attribs[name];
      }
    }
  }
  return styled;
}

/** Returns the class names that every email has: of `a{{#x}}b{{/x}} c`, only `c`. */
function certainClasses(view: SourceView, { from, to }: Range, depth: number): string {
  const written = view.text.slice(from, to);
  const open = written.indexOf('=') + 1;
  const names: string[] = [];
  for (const { 0: name, index } of written.slice(open).matchAll(/[^\s"']+/g)) {
    const start = from + open + index;
    const end = start + name.length;
    const certain = view.sectionsAt(start).length === depth;
    if (certain && !touches(view, start, end)) names.push(name);
  }
  return names.join(' ');
}

/** Whether a section's content may join a name, because no space separates them. */
function touches(view: SourceView, start: number, end: number): boolean {
  const before = view.tagEndingAt(start);
  const after = view.tagStartingAt(end);
  // The characters on the far side of the adjacent tags.
  const left = before && view.source[before.start - 1];
  const right = after && view.source[after.end];
  return (left !== undefined && /[^\s"'=]/.test(left)) || (right !== undefined && /[^\s"'>]/.test(right));
}
