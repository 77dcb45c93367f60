/// <reference path="./untyped.d.ts" />
import { convert } from 'html-to-text';
import { CONTEXTS, isCss } from '../domain/template/escape';
import { isValue, type Tag } from '../domain/template/mustache-tags';
import { Contexts } from './contexts';
import { applyEdits, type Edit } from './edits';
import { endTagOf, parseHtml, startTagOf } from './html-tree';
import { type MaskedTemplate, maskTags, PLACEHOLDER, placeholdersIn, restoreTags } from './mask-tags';
import { SourceView } from './source-view';
import { Visibility } from './visibility';

/**
 * Converts an HTML body to a text template. The conversion runs once per template, not per email. Returns undefined if
 * a section would lose only one of its tags, which is then outside of text.
 */
export function textOfHtml(html: string): { text: string; textContexts: string } | undefined {
  const masked = maskTags(withoutHidden(html));
  const contexts = new Contexts(masked);
  const words = convert(masked.text, {
    wordwrap: false,
    selectors: [
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, noAnchorUrl: true, linkBrackets: ['<', '>'] } },
      { selector: 'tr', format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
      { selector: 'title', format: 'skip' },
      ...['td', 'th'].map((selector) => ({ selector, format: 'cell' })),
      { selector: 'img', format: 'alternative' },
      ...['display:none', 'display: none'].map((style) => ({ selector: `[style*="${style}"]`, format: 'skip' })),
    ],
    formatters: {
      cell: (element, walk, builder) => {
        walk(element.children, builder);
        builder.addInline(' ');
      },
      // Replace a picture by its alternative text.
      alternative: (element, _walk, builder) => {
        const alt = element.attribs?.alt?.trim();
        if (alt) builder.addInline(alt);
      },
    },
  });
  const text = linksOnce(words, masked)
    .replace(PLACEHOLDER, (sign, n) => (masked.tags[Number(n)]!.sigil === '=' ? '' : sign))
    // Escape `{{` that is text in the HTML, such as from character references.
    .replaceAll('{{', '{{=<% %>=}}{{<%={{ }}=%>');
  const placeholders = placeholdersIn(text);
  if (!sectionsWhole(masked.tags, placeholders)) return undefined;
  const textContexts = placeholders.filter((n) => isValue(masked.tags[n]!)).map((n) => linksOnly(contexts.of(n)));
  return { text: `${tidy(restoreTags(masked, text)).trim()}\n`, textContexts: textContexts.join('') };
}

/** Removes elements whose whole content is hidden. */
function withoutHidden(html: string): string {
  const view = new SourceView(html);
  const edits: Edit[] = [];
  for (const element of new Visibility(parseHtml(view.text), view).hiddenElements()) {
    const [start, end] = [startTagOf(element), endTagOf(element)];
    if (!start || !end || start.from < (edits.at(-1)?.to ?? 0) || !view.isWhole(start.from, end.to)) continue;
    if (element.name !== 'head') edits.push({ from: start.from, to: end.to, text: '' });
  }
  return applyEdits(html, edits);
}

/** Removes duplicate addresses of links whose text is the address, and `mailto:` from email addresses. */
function linksOnce(text: string, masked: MaskedTemplate): string {
  const plain = text.replace(/<mailto:([^>?]*)[^>]*>/gi, '<$1>');
  const edits: Edit[] = [];
  for (const { 0: link, 1: address = '', index } of plain.matchAll(/ <([^>\s]+)>/g)) {
    const begins = Math.max(plain.lastIndexOf(' ', index - 1), plain.lastIndexOf('\n', index - 1)) + 1;
    const words = plain.slice(begins, index);
    if (restoreTags(masked, words) !== restoreTags(masked, address)) continue;
    edits.push({ from: begins, to: index + link.length, text: address });
  }
  return applyEdits(plain, edits);
}

const linksOnly = (context: string): string => (isCss(context) ? CONTEXTS.plain : context);

/** Removes blank lines inside a section next to its tags; the blank lines outside separate its paragraphs. */
const tidy = (text: string): string =>
  text.replace(/(\{\{[#^][^}]*\}\})\n{2,}/g, '$1\n').replace(/\n{2,}(\{\{\/[^}]*\}\})/g, '\n$1');

/** Whether each section has both its tags in the text, or neither its tags nor anything inside it. */
function sectionsWhole(tags: readonly Tag[], placeholders: readonly number[]): boolean {
  const there = new Set(placeholders);
  const open: number[] = [];
  for (const [n, { sigil }] of tags.entries()) {
    if (sigil === '#' || sigil === '^') open.push(n);
    if (sigil === '/') {
      const from = open.pop() ?? n;
      if (there.has(from) !== there.has(n)) return false;
      if (!there.has(n) && placeholders.some((one) => one > from && one < n)) return false;
    }
  }
  // The remaining tags must be balanced: moving a link's address after its text must not split a section.
  const sections = placeholders.filter((n) => '#^/'.includes(tags[n]!.sigil) && tags[n]!.sigil !== '');
  return balanced(sections.map((n) => tags[n]!));
}

function balanced(tags: readonly Tag[]): boolean {
  const open: string[] = [];
  for (const { sigil, name } of tags) {
    if (sigil !== '/') open.push(name);
    else if (open.pop() !== name) return false;
  }
  return open.length === 0;
}
