import { isComment, isDirective, isTag, isText } from 'domhandler';
import { type AnyNode, type Document, parseHtml, startOf } from '../html-tree';
import { SourceView } from '../source-view';

/** Whether browsers read a document as before, apart from the element that is inserted at a position. */
export function isInsertedAlone(html: string, at: number, inserted: string): boolean {
  const made = html.slice(0, at) + inserted + html.slice(at);
  const end = at + inserted.length;
  let found = false;
  const isInserted = (node: AnyNode) => {
    const start = startOf(node);
    const inserts = isTag(node) && start !== undefined && start >= at && start < end;
    found ||= inserts;
    return inserts;
  };
  return outlineOf(parse(made), isInserted) === outlineOf(parse(html), () => false) && found;
}

const parse = (html: string): Document => parseHtml(new SourceView(html).text);

/** Returns a tree as text, without some of its nodes. */
function outlineOf(root: AnyNode, isLeftOut: (node: AnyNode) => boolean): string {
  const parts: string[] = [];
  const open: (AnyNode | string)[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node === 'string') parts.push(node);
    else if (!isLeftOut(node)) {
      if (isText(node)) parts.push(node.data);
      else if (isDirective(node)) parts.push(`<!${node.data}>`);
      else if (isComment(node)) parts.push(`<!--${node.data}-->`);
      else if (isTag(node)) parts.push(`<${node.namespace} ${node.name} ${JSON.stringify(node.attribs)}>`);
      if ('children' in node) open.push('</>', ...[...node.children].reverse());
    }
  }
  return parts.join('');
}
