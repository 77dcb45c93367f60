import { isTag } from 'domhandler';
import { FOOTER_TAG } from '../../domain/template/mail-values';
import { BuildLimit } from '../build-limit';
import { type Document, type Element, endTagOf, parseHtml } from '../html-tree';
import { SourceView } from '../source-view';
import { Visibility } from '../visibility';
import { isInsertedAlone } from './insertion';

/** A footer, as a browser reads it. */
const SAMPLE = '<p style="margin:0"><a href="https://example.com/">x</a></p>';

/** Inserts the unsubscribe footer's tag at the end of the body, where it is visible. */
export function withFooterPlace(html: string): string {
  const view = new SourceView(html);
  const document = parseHtml(view.text);
  const places = [endOf(document, 'body'), endOf(document, 'html'), html.length];
  for (const at of places) {
    if (at === undefined || view.sectionsAt(at).length > 0) continue;
    const made = html.slice(0, at) + FOOTER_TAG + html.slice(at);
    if (canBeSeen(made, at) && isInsertedAlone(html, at, SAMPLE)) return made;
  }
  throw new BuildLimit(
    'the body ends in a comment, a section or something hidden, where no footer can be seen; close it before the end',
    html.length,
    'MM219',
  );
}

function canBeSeen(html: string, at: number): boolean {
  const view = new SourceView(html);
  return new Visibility(parseHtml(view.text), view).visibleRanges().some(({ from, to }) => from <= at && at < to);
}

/** Returns the start of the end tag of the document's `html` or `body` element. */
function endOf(document: Document, name: string): number | undefined {
  const html = document.children.find((node): node is Element => isTag(node));
  const found =
    name === 'html' ? html : html?.children.find((node): node is Element => isTag(node) && node.name === name);
  return found && endTagOf(found)?.from;
}
