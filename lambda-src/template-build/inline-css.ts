import { tagsOf } from '../domain/template/mustache-tags';
import { byPriority, cascade } from './cascade';
import { leaveOutConditionalAttributes } from './conditional-attributes';
import { withVariables } from './css-variables';
import { applyEdits, type Edit } from './edits';
import { attributeOf, type Document, type Element, elementsOf, parseHtml, startTagOf } from './html-tree';
import { type Section, SourceView } from './source-view';
import { type Declaration, readStyleSheets, type StyleRule } from './style-sheets';

/**
 * Writes what style sheets say into the elements' own style attributes, for mail programs that read no style sheets.
 * Nothing else of the HTML changes, not by a byte: style sheets stay for media queries and `:hover`, comments for Outlook,
 * Mustache's tags where they are.
 */
export function inlineCss(html: string, always: boolean): string {
  const view = new SourceView(html);
  const document = parseHtml(view.text);
  if (!always && isInlined(document)) return html;
  const untouchable = leaveOutConditionalAttributes(document, view);
  const sheets = readStyleSheets(document, view);
  const { byElement, unmatched } = cascade(document, sheets.plain);
  const found = withVariables(byElement, sheets);
  const edits = new Map<number, Edit | undefined>();
  const written: Declaration[] = [];
  for (const element of elementsOf(document)) {
    const tag = startTagOf(element);
    if (!tag) continue;
    const declarations = untouchable.has(element) ? [] : (found.get(element) ?? []);
    const edit = declarations.length > 0 ? styleEdit(view, element, tag.from, declarations) : undefined;
    // A start tag may make several elements of a broken document. It gets a style that suits them all, or none.
    const agrees = !edits.has(tag.from) || edits.get(tag.from)?.text === edit?.text;
    edits.set(tag.from, agrees ? edit : undefined);
    if (edit) written.push(...declarations);
  }
  const styles = [...edits.values()].filter((edit) => edit !== undefined);
  return applyEdits(html, [...styles, ...importantEdits([...sheets.conditional, ...unmatched], written)]);
}

/** Most elements have a style of their own: a tool has made the design, and has seen to that. */
function isInlined(document: Document): boolean {
  const outside = new Set([
    'html',
    'head',
    'meta',
    'title',
    'style',
    'link',
    'base',
    'script',
    'body',
    'tr',
    'tbody',
    'br',
  ]);
  const all = [...elementsOf(document)].filter(({ name }) => !outside.has(name));
  return all.filter(({ attribs }) => attribs.style !== undefined).length * 2 > all.length;
}

/** A style attribute in place of the element's own, or behind its name. */
function styleEdit(
  view: SourceView,
  element: Element,
  tag: number,
  declarations: readonly Declaration[],
): Edit | undefined {
  const attribute = attributeOf(element, 'style', view.text);
  const name = /^<[^\s/>]+/.exec(view.text.slice(tag, tag + 200))?.[0];
  if (!attribute) {
    const at = tag + (name?.length ?? 0);
    const style = writtenStyle(view, declarations, tag);
    return name && style ? { from: at, to: at, text: ` style="${escapeAttribute(style, '"')}"` } : undefined;
  }
  const [, before = '', quote = ''] =
    /^(style\s*=\s*)(["']?)/i.exec(view.text.slice(attribute.from, attribute.to)) ?? [];
  const start = attribute.from + before.length + quote.length;
  const end = attribute.to - quote.length;
  const own = view.source.slice(start, Math.max(start, end)).trim();
  // Within sections the element's own style may not be there.
  const taken = view.hasSections(start, end) ? new Set<string>() : propertiesOf(view.text.slice(start, end));
  const less = declarations.filter(({ property, important }) => important || !taken.has(property));
  const normal = writtenStyle(
    view,
    less.filter(({ important }) => !important),
    tag,
  );
  const important = writtenStyle(
    view,
    less.filter(({ important }) => important),
    tag,
  );
  if (normal === '' && important === '') return undefined;
  const mark = quote || '"';
  const kept = quote ? own : own.replaceAll('"', '&quot;');
  const parts = [
    escapeAttribute(normal, mark),
    kept && important && !/;\s*$/.test(kept) ? `${kept};` : kept,
    escapeAttribute(important, mark),
  ];
  return {
    from: attribute.from,
    to: attribute.to,
    text: `style=${mark}${parts.filter((part) => part !== '').join(' ')}${mark}`,
  };
}

/** The declarations as text, without those that a later one of another rule overrides in any case. */
function writtenStyle(view: SourceView, declarations: readonly Declaration[], tag: number): string {
  const around = new Set(view.sectionsAt(tag));
  const last = new Map<string, Declaration>();
  for (const one of declarations) if (guardsOf(one, around).length === 0) last.set(one.property, one);
  const parts: string[] = [];
  for (const one of declarations) {
    const winner = last.get(one.property);
    if (
      one.property.startsWith('--') ||
      (winner && winner !== one && byPriority(one, winner) < 0 && !isFallback(one, winner))
    )
      continue;
    const guards = guardsOf(one, around);
    const opens = guards.map(({ opens }) => opens).join('');
    const closes = guards
      .map(({ closes }) => closes)
      .reverse()
      .join('');
    parts.push(`${opens}${one.property}: ${one.value}; ${closes}`);
  }
  return parts.join('').trim();
}

/** In one rule, the first of two is for programs that do not understand the second. */
const isFallback = (one: Declaration, winner: Declaration): boolean => one.rule === winner.rule;

/** The sections around a declaration that are not around the element as well; all, where its value is that of its section. */
const guardsOf = ({ sections, value }: Declaration, around: ReadonlySet<Section>): readonly Section[] =>
  /\{\{\s*\.\s*\}\}/.test(value) ? sections : sections.filter((section) => !around.has(section));

const propertiesOf = (style: string): Set<string> =>
  new Set([...style.matchAll(/(?:^|;)\s*([\w-]+)\s*:/g)].map(([, name]) => name!.toLowerCase()));

/** As an attribute's value between such quotation marks; Mustache's tags stay as they are. */
function escapeAttribute(style: string, mark: string): string {
  const escaped = (text: string): string => {
    const marked = text.includes("'") ? text : text.replaceAll('"', "'");
    return marked.replaceAll('&', '&amp;').replaceAll(mark, mark === '"' ? '&quot;' : '&#39;');
  };
  let result = '';
  let at = 0;
  for (const { start, end } of tagsOf(style)) {
    result += escaped(style.slice(at, start)) + style.slice(start, end);
    at = end;
  }
  return result + escaped(style.slice(at));
}

/** A style attribute goes before any style sheet, so what a sheet changes of it at times has to insist. */
function importantEdits(rules: readonly StyleRule[], written: readonly Declaration[]): Edit[] {
  const weakest = new Map<string, Declaration>();
  for (const one of written) {
    const known = weakest.get(one.property);
    if (!known || byPriority(one, known) < 0) weakest.set(one.property, one);
  }
  const insists = (one: Declaration): boolean =>
    !one.important &&
    [...weakest.values()].some((other) => overlap(one.property, other.property) && byPriority(other, one) < 0);
  const ends = new Set(rules.flatMap(({ declarations }) => declarations.filter(insists)).map(({ end }) => end));
  return [...ends].map((end) => ({ from: end, to: end, text: '!important' }));
}

/** Whether two properties are one, or one of them is a part of the other. */
const overlap = (one: string, other: string): boolean =>
  one === other || one.startsWith(`${other}-`) || other.startsWith(`${one}-`);
