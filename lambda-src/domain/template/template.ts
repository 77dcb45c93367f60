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
  type Token,
} from './compile-part';
import { encoded, isAllowed, isCss, writtenInHtml } from './escape';
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
  'subject' | 'preheader' | 'html' | 'text' | 'htmlContexts' | 'textContexts' | 'defaults'
>;

type Values = { readonly [name: string]: string };

/** The line with the unsubscribe link. */
export interface Footer {
  readonly html: string;
  readonly text: string;
}

/** MM411: a value that is not a link. MM431: a value that CSS does not allow in this place. */
export type MisplacedCode = 'MM411' | 'MM431';

export interface Template {
  /** Folded names of the columns used that have no default. */
  readonly columns: readonly string[];
  /** Folded names of all columns used, including those with a default. */
  readonly names: readonly string[];
  /** Columns that control a section. */
  readonly sections: readonly string[];
  /** Returns the defaults used for empty or absent cells, by column. */
  filled(vars: Values): { readonly [column: string]: string };
  /** Returns columns that this recipient's email would print but that are empty. */
  missing(vars: Values): readonly string[];
  /** Returns columns whose value is not allowed where this recipient's email would print it, by error code. */
  misplaced(vars: Values): { readonly [code in MisplacedCode]: readonly string[] };
  /** Defaults that are not allowed in a place where the template prints them. */
  readonly misplacedDefaults: readonly { readonly name: string; readonly place: string }[];
  /** Whether this recipient's email would print a column. */
  prints(name: string, vars: Values): boolean;
  /** Renders the subject alone. */
  renderSubject(values: { readonly vars: Values; readonly mail: MailValues }): string;
  /** Renders an email. Adds the footer to a body without a visible unsubscribe link for this recipient. */
  render(values: { readonly vars: Values; readonly mail: MailValues; readonly footer?: Footer }): {
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
  // Whether every section around a use is shown for these values.
  const shows = (guards: readonly Guard[], vars: Values): boolean =>
    guards.every((guard) => isMailKey(guard.name) || (given(vars, guard.name) === '') === guard.absent);
  const view = (vars: Values, mail: MailValues): Values => {
    const all: Record<string, string> = Object.assign(Object.create(null), vars);
    for (const name in defaults) all[name] = given(vars, name);
    for (const name of MAIL_NAMES) all[mailKey(name)] = mail[name] ?? '';
    return all;
  };

  const subjectOf = (values: Values): string => oneLine(renderTokens(parts.subject ?? [], values, PLAIN));

  return {
    columns: [...found.columns].filter((name) => !defaults[name]),
    names: [...found.columns],
    sections: [...found.sections],
    filled: (vars) => Object.fromEntries(Object.entries(defaults).filter(([name]) => !getOwn(vars, name))),
    missing(vars) {
      const empty = new Set<string>();
      for (const { name, guards } of uses) {
        if (given(vars, name) !== '' || empty.has(name)) continue;
        if (shows(guards, vars)) empty.add(name);
      }
      return [...empty];
    },
    misplaced(vars) {
      const wrong = { MM411: new Set<string>(), MM431: new Set<string>() };
      for (const { name, guards, place } of found.printed) {
        const value = given(vars, name);
        if (place === undefined || value === '' || isAllowed(value, place) || !shows(guards, vars)) continue;
        wrong[isCss(place) ? 'MM431' : 'MM411'].add(name);
      }
      return { MM411: [...wrong.MM411], MM431: [...wrong.MM431] };
    },
    misplacedDefaults: found.printed.flatMap(({ name, place }) => {
      const value = defaults[name];
      return !value || place === undefined || isAllowed(value, place) ? [] : [{ name, place }];
    }),
    prints: (name, vars) => found.printed.some((use) => use.name === name && shows(use.guards, vars)),
    renderSubject: ({ vars, mail }) => subjectOf(view(vars, mail)),
    render({ vars, mail, footer }) {
      const values = view(vars, mail);
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
    return this.written(String(context.lookup(token[1]!) ?? ''), token[4]);
  }
}

const HTML = new ContextWriter(writtenInHtml);
/** For texts, subjects and preheaders. */
const PLAIN = new ContextWriter(encoded);

const renderTokens = (tokens: Token[], view: Values, writer: ContextWriter): string =>
  writer.renderTokens(tokens as never, new Mustache.Context(view));
