import { isTag, isText } from 'domhandler';
import { escapeHtml } from '../../domain/template/escape';
import { BuildLimit } from '../build-limit';
import {
  type AnyNode,
  type Document,
  type Element,
  endOf,
  endTagOf,
  parseHtml,
  startOf,
  startTagOf,
} from '../html-tree';
import { maskTags, restoreTags } from '../mask-tags';
import { SourceView } from '../source-view';
import { isInsertedAlone } from './insertion';

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
  const words = maskTags(preheader);
  const inserted = `<div style="${STYLE}">${restoreTags(words, escapeHtml(words.text))}${FILLER}</div>`;
  const at = startsOfBody(document, body, html.length).find((place) => isInsertedAlone(html, place, inserted));
  if (at === undefined) {
    throw new BuildLimit(
      'the HTML has no place for the preheader; begin it with <body> and close its tags',
      0,
      'MM212',
    );
  }
  return html.slice(0, at) + inserted + html.slice(at);
}

function elementNamed(document: Document, name: string): Element | undefined {
  const html = document.children.find((node): node is Element => isTag(node));
  return html?.children.find((node): node is Element => isTag(node) && node.name === name);
}

/** Returns where the body may begin: after its start tag, else after the head, before the first node, or after what precedes it. */
function startsOfBody(document: Document, body: Element, length: number): number[] {
  const head = elementNamed(document, 'head');
  const last = head?.children.at(-1);
  const before = document.children.filter((node) => !isTag(node)).map(endOf);
  const first = body.children.length === 0 ? length : startOf(body.children[0]);
  const places = [startTagOf(body)?.to, head && endTagOf(head)?.to, first, last && endOf(last), ...before, 0];
  return places.filter((place) => place !== undefined);
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
