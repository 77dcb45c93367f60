/// <reference path="./untyped.d.ts" />
import { convert } from 'html-to-text';
import { CONTEXTS } from '../domain/template/escape';
import { isValue, type Tag } from '../domain/template/mustache-tags';
import type { Contexts } from './contexts';
import { type MaskedTemplate, PLACEHOLDER, placeholdersIn, restoreTags } from './mask-tags';

/**
 * The text of an HTML body, still a template, so that no mail costs more than another. Undefined where a section would
 * not survive it: one of which the end, and not the beginning, stands in text.
 */
export function textOfHtml(
  masked: MaskedTemplate,
  contexts: Contexts,
): { text: string; textContexts: string } | undefined {
  const words = convert(masked.text, {
    wordwrap: false,
    selectors: [
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, noAnchorUrl: true, linkBrackets: ['<', '>'] } },
      { selector: 'tr', format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
      ...['td', 'th'].map((selector) => ({ selector, format: 'cell' })),
      { selector: 'img', format: 'alternative' },
      ...['display:none', 'display: none'].map((style) => ({ selector: `[style*="${style}"]`, format: 'skip' })),
    ],
    formatters: {
      cell: (element, walk, builder) => {
        walk(element.children, builder);
        builder.addInline(' ');
      },
      // Of a picture, its words.
      alternative: (element, _walk, builder) => {
        const alt = element.attribs?.alt?.trim();
        if (alt) builder.addInline(alt);
      },
    },
  });
  const text = words
    .replace(PLACEHOLDER, (sign, n) => (masked.tags[Number(n)]!.sigil === '=' ? '' : sign))
    // Braces that are text in HTML, however it writes them, are text here.
    .replaceAll('{{', '{{=<% %>=}}{{<%={{ }}=%>');
  const placeholders = placeholdersIn(text);
  if (!sectionsWhole(masked.tags, placeholders)) return undefined;
  const textContexts = placeholders.filter((n) => isValue(masked.tags[n]!)).map((n) => linksOnly(contexts.of(n)));
  return { text: `${tidy(restoreTags(masked, text)).trim()}\n`, textContexts: textContexts.join('') };
}

const linksOnly = (context: string): string => (context === CONTEXTS.css ? CONTEXTS.plain : context);

/** Paragraphs of a section keep their distance outside it. */
const tidy = (text: string): string =>
  text.replace(/(\{\{[#^][^}]*\}\})\n{2,}/g, '$1\n').replace(/\n{2,}(\{\{\/[^}]*\}\})/g, '\n$1');

/** Of each section either both tags are there, or neither and nothing within it. */
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
  // And in their order, each once: a formatter may print a link's address behind its words, but no section apart.
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
