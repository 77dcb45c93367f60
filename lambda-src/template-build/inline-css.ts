import { tagsOf } from '../domain/template/mustache-tags';
import { byPriority, cascade } from './cascade';
import { leaveOutConditionalAttributes } from './conditional-attributes';
import { withVariables } from './css-variables';
import { applyEdits, type Edit } from './edits';
import { attributeOf, type Document, type Element, elementsOf, parseHtml, startTagOf } from './html-tree';
import { type Section, SourceView } from './source-view';
import { type Declaration, readStyleSheets, type StyleRule } from './style-sheets';

/**
 * Copies declarations from style sheets to the elements' style attributes, for email clients that ignore style sheets.
 * The style sheets stay, for media queries and `:hover`. Their conditional declarations become `!important` if they
 * must override an inlined one. All other HTML stays byte for byte, including comments for Outlook and Mustache's tags.
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
    // In a malformed document, one start tag may create several elements. Inline a style only if it fits all of them.
    const agrees = !edits.has(tag.from) || edits.get(tag.from)?.text === edit?.text;
    edits.set(tag.from, agrees ? edit : undefined);
    if (edit) written.push(...declarations);
  }
  const styles = [...edits.values()].filter((edit) => edit !== undefined);
  return applyEdits(html, [...styles, ...importantEdits([...sheets.conditional, ...unmatched], written)]);
}

/** Whether more than half of the elements have inline styles, so that a tool has already inlined the CSS. */
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

/** Returns the edit that replaces the element's style attribute, or adds one after the tag's name. */
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
  // A style with sections may be empty, so it overrides nothing.
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

/** Returns the declarations as text, without those that a later declaration of another rule always overrides. */
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

/** Whether both are in one rule. The first is then a fallback for clients that do not support the second. */
const isFallback = (one: Declaration, winner: Declaration): boolean => one.rule === winner.rule;

/**
 * Returns the sections around a declaration that are not around the element too. Returns all sections if the value uses
 * `{{.}}`, which depends on its section.
 */
const guardsOf = ({ sections, value }: Declaration, around: ReadonlySet<Section>): readonly Section[] =>
  /\{\{\s*\.\s*\}\}/.test(value) ? sections : sections.filter((section) => !around.has(section));

const propertiesOf = (style: string): Set<string> =>
  new Set([...style.matchAll(/(?:^|;)\s*([\w-]+)\s*:/g)].map(([, name]) => name!.toLowerCase()));

/** Escapes a style as an attribute value in the given quotation marks, except for Mustache's tags. */
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

/** Adds `!important` to conditional declarations that must override an inlined style, such as in media queries. */
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

/** Whether two properties are equal, or one is a longhand of the other, as `margin-top` of `margin`. */
const overlap = (one: string, other: string): boolean =>
  one === other || one.startsWith(`${other}-`) || other.startsWith(`${one}-`);
