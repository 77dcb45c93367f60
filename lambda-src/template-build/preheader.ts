import { isTag, isText } from 'domhandler';
import { escapeHtml } from '../domain/template/escape';
import { type AnyNode, type Document, type Element, endTagOf, parseHtml, startOf, startTagOf } from './html-tree';
import { maskTags, restoreTags } from './mask-tags';
import { SourceView } from './source-view';

const HIDDEN = /display\s*:\s*none/i;

/** Invisible text after the preheader, so that an inbox preview does not continue with the body. */
const FILLER = '&#847;&zwnj;&nbsp;'.repeat(100);

/** Hides the preheader. A tiny font or a font in the background's color would raise the score of spam filters. */
const STYLE = 'display:none;max-height:0;max-width:0;opacity:0;overflow:hidden;mso-hide:all';

/** Inserts a hidden preheader at the start of the body, unless the body already begins with hidden text. */
export function withPreheader(html: string, preheader: string): string {
  const document = parseHtml(new SourceView(html).text);
  const body = elementNamed(document, 'body');
  if (!body || beginsHidden(body)) return html;
  const at = startOfBody(document, body);
  const words = maskTags(preheader);
  const shown = restoreTags(words, escapeHtml(words.text));
  return `${html.slice(0, at)}<div style="${STYLE}">${shown}${FILLER}</div>${html.slice(at)}`;
}

function elementNamed(document: Document, name: string): Element | undefined {
  const html = document.children.find((node): node is Element => isTag(node));
  return html?.children.find((node): node is Element => isTag(node) && node.name === name);
}

/** Returns the position after the body's start tag; if the tag is implied, after the head or before the first node. */
function startOfBody(document: Document, body: Element): number {
  const tag = startTagOf(body);
  if (tag) return tag.to;
  const head = elementNamed(document, 'head');
  const end = head && endTagOf(head);
  if (end) return end.to;
  return startOf(body.children[0]) ?? 0;
}

/** Whether the body's first text is hidden. */
function beginsHidden(body: Element): boolean {
  const open: { readonly node: AnyNode; readonly hides: boolean }[] = [{ node: body, hides: false }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node } = next;
    if (isText(node) && node.data.trim() !== '') return next.hides;
    if (!isTag(node) || NO_WORDS.has(node.name)) continue;
    const hides = next.hides || HIDDEN.test(node.attribs.style ?? '');
    open.push(...node.children.map((child) => ({ node: child, hides })).reverse());
  }
  return false;
}

const NO_WORDS = new Set(['style', 'script', 'title']);
