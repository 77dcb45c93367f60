import { type AnyNode, type Document, Element, isTag } from 'domhandler';
import { parse } from 'parse5';
import { adapter, type Htmlparser2TreeAdapterMap } from 'parse5-htmlparser2-tree-adapter';
import { BuildLimit, MAX_DEPTH } from './build-limit';

export { type AnyNode, type Document, Element };

const HTML = 'http://www.w3.org/1999/xhtml';

/** A range of the source. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Parses HTML as browsers do, including the HTML standard's error recovery, with the position of each node. */
export function parseHtml(html: string): Document {
  let depth = 0;
  return parse<Htmlparser2TreeAdapterMap>(html, {
    sourceCodeLocationInfo: true,
    scriptingEnabled: false,
    treeAdapter: {
      ...adapter,
      onItemPush: ({ sourceCodeLocation }) => {
        depth += 1;
        if (depth > MAX_DEPTH) {
          const at = (sourceCodeLocation as { startOffset?: number } | null | undefined)?.startOffset;
          throw new BuildLimit(`elements must be nested at most ${MAX_DEPTH} deep; close those that are open`, at);
        }
      },
      onItemPop: () => {
        depth -= 1;
      },
    },
  });
}

/** Yields all HTML elements in document order, without SVG and MathML. */
export function* elementsOf(root: Document): Generator<Element> {
  const open: AnyNode[] = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    if (isTag(node) && node.namespace === HTML) yield node;
    if ('children' in node) for (let at = node.children.length - 1; at >= 0; at--) open.push(node.children[at]!);
  }
}

/** Returns the range of an element's start tag; undefined if the tag is implied. */
export function startTagOf(element: AnyNode): Range | undefined {
  const { startTag } = locationOf(element);
  return startTag && { from: startTag.startOffset, to: startTag.endOffset };
}

/** Returns the start of a node; undefined if the node is implied. */
export const startOf = (node: AnyNode | undefined): number | undefined => node && locationOf(node).startOffset;

/** Returns the end of a node; undefined if the node is implied. */
export const endOf = (node: AnyNode): number | undefined => locationOf(node).endOffset;

/** Returns the range of an element's end tag; undefined if the tag is implied. */
export function endTagOf(element: AnyNode): Range | undefined {
  const { endTag } = locationOf(element);
  return endTag && { from: endTag.startOffset, to: endTag.endOffset };
}

/** Returns the range of an attribute, including its name. */
export function attributeOf(element: AnyNode, name: string, html: string): Range | undefined {
  const from = locationOf(element).attrs?.[name]?.startOffset;
  if (from === undefined) return undefined;
  // parse5 7.3 gives the end of the name, not of the value, if the next attribute follows without a space.
  VALUE.lastIndex = from + name.length;
  VALUE.exec(html);
  return { from, to: Math.max(VALUE.lastIndex, from + name.length) };
}

const VALUE = /[\t\n\f\r ]*=[\t\n\f\r ]*(?:"[^"]*"|'[^']*'|[^\t\n\f\r >]*)/y;

/** Returns the range of the text in an element with raw text, such as `style`. */
export function rawTextOf({ children: [text] }: Element): Range | undefined {
  const { startOffset, endOffset } = text ? locationOf(text) : {};
  return startOffset === undefined ? undefined : { from: startOffset, to: endOffset! };
}

interface Offsets {
  readonly startOffset: number;
  readonly endOffset: number;
}

interface Location extends Partial<Offsets> {
  readonly attrs?: { readonly [name: string]: Offsets };
  readonly startTag?: Offsets;
  readonly endTag?: Offsets;
}

const locationOf = ({ sourceCodeLocation }: AnyNode): Location => (sourceCodeLocation ?? {}) as Location;
