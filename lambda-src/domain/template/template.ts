import Mustache from 'mustache';
import type { TemplateDocument } from '../../../src/private/contract';
import { getOwn } from '../get-own';
import { foldName } from '../list/fold-name';
import {
  compilePart,
  type Guard,
  isMailKey,
  isSeen,
  mailKey,
  Names,
  PARTS,
  type Part,
  sectionKey,
  type Token,
} from './compile-part';
import { alwaysPrinted, hasWords } from './empty';
import { encoded, isAllowed, isCss, writtenInHtml } from './escape';
import type { FilterChain } from './filter-chain';
import { FOOTER, isPreferencesTag, MAIL_NAMES, type MailValues } from './mail-values';
import { isValue, tagsOf } from './mustache-tags';
import type { Problem } from './template-errors';

/** Whether a body contains an unsubscribe URL, visible or not. */
export const namesPreferences = ({ html = '', text = '' }: Pick<TemplateDocument, 'html' | 'text'>): boolean =>
  tagsOf(html || text).some((tag) => isValue(tag) && isPreferencesTag(tag.name));

/** Whether a body has a visible unsubscribe link. */
export function linksToPreferences({ html, text, htmlContexts = '' }: Content): boolean {
  if (html === undefined) return namesPreferences({ text });
  const values = tagsOf(html).filter(isValue);
  return values.some(({ name }, at) => isPreferencesTag(name) && isSeen(htmlContexts[at]));
}

export type Content = Pick<
  TemplateDocument,
  'subject' | 'preheader' | 'html' | 'text' | 'htmlContexts' | 'textContexts' | 'defaults' | 'falseValues'
>;

type Values = { readonly [name: string]: string };
/** What the tokens of a template look up. */
type View = { readonly [key: string]: string | boolean };

/** The view's key of the language. No column has it. */
const LOCALE = mailKey('locale');

const foldValue = (value: string): string => value.trim().toLowerCase();

/** The line with the unsubscribe link. */
export interface Footer {
  readonly html: string;
  readonly text: string;
}

/**
 * MM411: a value that is not a link. MM431: a value that CSS does not allow in this place. MM435: a value that its
 * filter cannot read.
 */
export const MISPLACED_CODES = ['MM435', 'MM411', 'MM431'] as const;
export type MisplacedCode = (typeof MISPLACED_CODES)[number];

/** The values of one email. */
export interface RenderValues {
  readonly vars: Values;
  readonly mail: MailValues;
  /** The language that filters format values in. Default: English. */
  readonly locale?: string;
}

export interface Template {
  /** Folded names of the columns used that have no default. */
  readonly columns: readonly string[];
  /** Folded names of all columns used, including those with a default. */
  readonly names: readonly string[];
  /** Columns that control a section. */
  readonly sections: readonly string[];
  /** What filters read in columns. Columns without filters are absent. */
  readonly formats: ReadonlyMap<string, FilterChain['reads']>;
  /** Whether a section shows for a value of its column. */
  shows(value: string): boolean;
  /** Returns the defaults used for empty or absent cells, by column. */
  filled(vars: Values): { readonly [column: string]: string };
  /** Returns columns that this recipient's email would print but that are empty. */
  missing(vars: Values): readonly string[];
  /** Returns columns whose value this recipient's email cannot print in its place, by error code. */
  misplaced(vars: Values, locale?: string): { readonly [code in MisplacedCode]: readonly string[] };
  /** Defaults that are not allowed in a place where the template prints them. Without a place: in a filter. */
  readonly misplacedDefaults: readonly { readonly name: string; readonly place?: string }[];
  /** Whether this recipient's email would print a column. */
  prints(name: string, vars: Values): boolean;
  /** Renders the subject alone. */
  renderSubject(values: RenderValues): string;
  /** Whether the whole body of this recipient's email would be empty. */
  isEmpty(values: RenderValues): boolean;
  /** Renders an email. Adds the footer to a body without a visible unsubscribe link for this recipient. */
  render(values: RenderValues & { readonly footer?: Footer }): {
    readonly subject: string;
    readonly preheader?: string;
    readonly html?: string;
    readonly text?: string;
  };
}

/** Compiles a template. Throws its first error. */
export function compileTemplate(content: Content): Template {
  const parts: { [part in Part]?: Token[] } = {};
  const found = new Names();
  const problems: Problem[] = [];
  for (const part of PARTS) {
    if (content[part] === undefined) continue;
    parts[part] = compilePart(
      part,
      content[part],
      contextsOf(content, part),
      () => `the template: ${part}`,
      found,
      problems,
    );
  }
  const [first] = problems;
  if (first) throw new Error(`${first.code}: ${first.message}`);

  const defaults: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(content.defaults ?? {})) defaults[foldName(name)] = value;
  const given = (vars: Values, name: string): string => getOwn(vars, name) || defaults[name] || '';
  const { uses } = found;
  const falseValues = new Set(['false', ...(content.falseValues ?? []).map(foldValue)]);
  const isTrue = (value: string): boolean => value !== '' && !falseValues.has(foldValue(value));
  // Whether every section around a use is shown for these values.
  const shows = (guards: readonly Guard[], vars: Values): boolean =>
    guards.every((guard) => isMailKey(guard.name) || isTrue(given(vars, guard.name)) !== guard.absent);
  const view = ({ vars, mail, locale = '' }: RenderValues): View => {
    const all: Record<string, string | boolean> = Object.assign(Object.create(null), vars);
    for (const name in defaults) all[name] = given(vars, name);
    for (const name of found.sections) all[sectionKey(name)] = isTrue(given(vars, name));
    for (const name of MAIL_NAMES) all[mailKey(name)] = mail[name] ?? '';
    all[LOCALE] = locale;
    return all;
  };

  const subjectOf = (values: View): string => oneLine(renderTokens(parts.subject ?? [], values, PLAIN));

  const body = parts.html ? 'html' : 'text';
  const mayBeEmpty = !hasWords(alwaysPrinted(parts[body] ?? []), body);

  return {
    columns: [...found.columns].filter(
      (name) => !defaults[name] && (found.required.has(name) || found.sections.has(name)),
    ),
    names: [...found.columns],
    sections: [...found.sections],
    formats: new Map(found.printed.flatMap(({ name, filters }) => (filters ? [[name, filters.reads]] : []))),
    shows: isTrue,
    filled: (vars) => Object.fromEntries(Object.entries(defaults).filter(([name]) => !getOwn(vars, name))),
    missing(vars) {
      const empty = new Set<string>();
      for (const { name, guards } of uses) {
        if (given(vars, name) !== '' || empty.has(name)) continue;
        if (shows(guards, vars)) empty.add(name);
      }
      return [...empty];
    },
    misplaced(vars, locale = '') {
      const wrong = { MM435: new Set<string>(), MM411: new Set<string>(), MM431: new Set<string>() };
      for (const { name, guards, place, filters } of found.printed) {
        const value = given(vars, name);
        const written = filters ? filters.format(value, locale) : value;
        if (written === undefined) {
          if (shows(guards, vars)) wrong.MM435.add(name);
          continue;
        }
        if (place === undefined || written === '' || isAllowed(written, place) || !shows(guards, vars)) continue;
        wrong[isCss(place) ? 'MM431' : 'MM411'].add(name);
      }
      return { MM435: [...wrong.MM435], MM411: [...wrong.MM411], MM431: [...wrong.MM431] };
    },
    misplacedDefaults: found.printed.flatMap(({ name, place, filters }) => {
      const value = defaults[name];
      if (!value) return [];
      const written = filters ? filters.format(value, '') : value;
      if (written === undefined) return [{ name }];
      return place === undefined || isAllowed(written, place) ? [] : [{ name, place }];
    }),
    prints: (name, vars) => found.printed.some((use) => use.name === name && shows(use.guards, vars)),
    renderSubject: (values) => subjectOf(view(values)),
    isEmpty(values) {
      if (!mayBeEmpty) return false;
      const made = renderTokens(parts[body] ?? [], { ...view(values), [mailKey(FOOTER)]: '' }, WRITERS[body]);
      return !hasWords(made, body);
    },
    render({ footer, ...given }) {
      const { vars } = given;
      const values = view(given);
      const needed = (part: Part): Footer | undefined =>
        found.hasUnsubscribeLink(part, (guard) => shows([guard], vars)) ? undefined : footer;
      const htmlFooter = needed('html')?.html ?? '';
      const textFooter = needed('text')?.text;
      const made = parts.html && renderTokens(parts.html, { ...values, [mailKey(FOOTER)]: htmlFooter }, HTML);
      const html = made === undefined || found.hasFooter ? made : made + htmlFooter;
      const words = parts.text && renderTokens(parts.text, values, PLAIN);
      const text = words === undefined || !textFooter ? words : `${words.trimEnd()}\n\n${textFooter}\n`;
      const preheader = parts.preheader && oneLine(renderTokens(parts.preheader, values, PLAIN));
      return {
        subject: subjectOf(values),
        ...(preheader === undefined ? {} : { preheader }),
        ...(html === undefined ? {} : { html }),
        ...(text === undefined ? {} : { text }),
      };
    },
  };
}

/** Removes line breaks from subjects and preheaders, because one would begin another header. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();

const contextsOf = (content: Content, part: Part): string | undefined =>
  part === 'html' ? content.htmlContexts : part === 'text' ? content.textContexts : undefined;

class ContextWriter extends Mustache.Writer {
  constructor(private readonly written: (value: string, context: string | undefined) => string) {
    super();
  }

  override escapedValue(token: string[], context: Mustache.Context): string {
    return this.written(this.unescapedValue(token, context), token[4]);
  }

  override unescapedValue(token: string[], context: Mustache.Context): string {
    const value = String(context.lookup(token[1]!) ?? '');
    const filters = (token as unknown as Token)[5] as FilterChain | undefined;
    // Plan has refused rows whose value the filters cannot read.
    return filters ? (filters.format(value, String(context.lookup(LOCALE))) ?? '') : value;
  }
}

const HTML = new ContextWriter(writtenInHtml);
/** For texts, subjects and preheaders. */
const PLAIN = new ContextWriter(encoded);

const WRITERS = { html: HTML, text: PLAIN };

const renderTokens = (tokens: Token[], view: View, writer: ContextWriter): string =>
  writer.renderTokens(tokens as never, new Mustache.Context(view));
