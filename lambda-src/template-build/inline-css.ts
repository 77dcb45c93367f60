/// <reference path="./untyped.d.ts" />
import { type CheerioAPI, load } from 'cheerio/slim';
import juice from 'juice/client';
import postcss, { type AtRule, type Declaration, type Rule } from 'postcss';
import parseCss from 'postcss-safe-parser';
import { maskTags, restoreTags } from './mask-tags';

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** What juice and we read of an element. */
interface Element {
  readonly name?: string;
  readonly attribs?: { [name: string]: string };
  readonly startIndex?: number | null;
  readonly children?: readonly { readonly data?: string; readonly startIndex?: number | null }[];
}

/**
 * Writes what style sheets say into the elements' own style attributes, for mail programs that read no style sheets.
 * Nothing else of the HTML changes, not by a byte: style sheets stay for media queries and `:hover`, comments for Outlook,
 * Mustache's tags where they are.
 */
export function inlineCss(html: string, always: boolean): string {
  const masked = maskTags(html);
  const $ = load(masked.text, { xml: { decodeEntities: false, xmlMode: false, withStartIndices: true } });
  if (!always && isInlined($)) return html;
  const before = new Map<Element, string | undefined>();
  const elements = $('*').toArray() as unknown as Element[];
  for (const element of elements) before.set(element, element.attribs?.style);
  juice.juiceDocument($, {
    removeStyleTags: false,
    applyWidthAttributes: false,
    applyHeightAttributes: false,
    applyAttributesTableElements: false,
    inlinePseudoElements: false,
    decodeStyleAttributes: true,
  });

  const edits: Edit[] = [];
  const written = new Set<string>();
  for (const [element, old = ''] of before) {
    const style = element.attribs?.style;
    if (style === undefined || bare(style) === bare(old)) continue;
    edits.push(styleEdit(masked.text, element.startIndex ?? 0, style));
    for (const name of propertiesOf(style)) if (!propertiesOf(old).has(name)) written.add(name);
  }
  for (const { name, attribs, children: [sheet] = [] } of elements) {
    if (name === 'style' && sheet?.data && attribs?.['data-embed'] === undefined) {
      edits.push(...importantEdits(sheet.data, sheet.startIndex ?? 0, written));
    }
  }
  return restoreTags(masked, edited(masked.text, edits));
}

/** Most elements have a style of their own: a tool has made the design, and has seen to that. */
function isInlined($: CheerioAPI): boolean {
  const all = $('body *').not('tr, tbody, br');
  return all.filter('[style]').length * 2 > all.length;
}

/** Without what a style may be written with or without. */
const bare = (style: string): string =>
  style
    .replace(/[\s;]+/g, '')
    .replaceAll('"', "'")
    .replaceAll('&quot;', "'");

const propertiesOf = (style: string): Set<string> =>
  new Set([...style.matchAll(/(?:^|;)\s*([\w-]+)\s*:/g)].map(([, name]) => name!.toLowerCase()));

/** A style attribute in place of the element's own, or behind its name. */
function styleEdit(html: string, start: number, style: string): Edit {
  const text = ` style="${style.replaceAll('"', '&quot;')}"`;
  const name = /^<[^\s/>]*/.exec(html.slice(start, start + 200))![0];
  const attribute = /\s+([^\s"'<>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+))?|\//uy;
  attribute.lastIndex = start + name.length;
  for (let found = attribute.exec(html); found; found = attribute.exec(html)) {
    if (found[1]?.toLowerCase() === 'style') return { from: found.index, to: attribute.lastIndex, text };
  }
  return { from: start + name.length, to: start + name.length, text };
}

const STATE = /:(hover|active|focus|visited|link)\b/i;

/** A style attribute goes before any style sheet, so what a media query changes of it has to insist. */
function importantEdits(css: string, at: number, written: ReadonlySet<string>): Edit[] {
  const edits: Edit[] = [];
  postcss()
    .process(css, { parser: parseCss, from: undefined })
    .root.walkDecls((declaration: Declaration) => {
      if (declaration.important || !overrides(declaration.prop.toLowerCase(), written) || !isConditional(declaration))
        return;
      const { start, end } = declaration.source!;
      const text = css.slice(start!.offset, end!.offset).replace(/[;\s]*$/, '');
      const position = at + start!.offset + text.length;
      edits.push({ from: position, to: position, text: '!important' });
    });
  return edits;
}

const overrides = (name: string, written: ReadonlySet<string>): boolean =>
  [...written].some((one) => one === name || one.startsWith(`${name}-`) || name.startsWith(`${one}-`));

function isConditional(declaration: Declaration): boolean {
  const rule = declaration.parent as Rule | undefined;
  if (rule?.type !== 'rule') return false;
  if (STATE.test(rule.selector)) return true;
  for (let parent = rule.parent as AtRule | undefined; parent?.type === 'atrule'; parent = parent.parent as AtRule) {
    if (/^(media|supports|container)$/i.test(parent.name)) return true;
  }
  return false;
}

function edited(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const { from, to, text: by } of [...edits].sort((a, b) => a.from - b.from)) {
    result += text.slice(at, from) + by;
    at = to;
  }
  return result + text.slice(at);
}
