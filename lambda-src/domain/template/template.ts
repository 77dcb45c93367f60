import Mustache from 'mustache';
import type { TemplateDocument } from '../../../src/private/contract';
import { getOwn } from '../get-own';
import { foldName } from '../list/fold-name';
import { CONTEXTS, encoded, escapeHtml } from './escape';
import { isValue, tagsOf } from './mustache-tags';
import type { Problem } from './template-errors';

/** What a template may say beside the columns: `{{mail.campaign}}`. */
export interface MailValues {
  readonly campaign: string;
  readonly template: string;
  /** Where one click leaves the mail's topic; absent of transactional mail. */
  readonly unsubscribeUrl?: string;
  /** Where the recipient chooses among the topics; absent of transactional mail. */
  readonly preferencesUrl?: string;
}
const MAIL_NAMES: readonly (keyof MailValues)[] = ['campaign', 'template', 'unsubscribeUrl', 'preferencesUrl'];

/** Of these a body has one, unless everybody must get its mail. */
const PREFERENCES: readonly (keyof MailValues)[] = ['unsubscribeUrl', 'preferencesUrl'];

/** Whether a body leads to where its recipient can leave. */
export function linksToPreferences({ html = '', text = '' }: Pick<TemplateDocument, 'html' | 'text'>): boolean {
  const wanted = PREFERENCES.map((name) => `mail.${name}`.toLowerCase());
  return tagsOf(html || text).some((tag) => isValue(tag) && wanted.includes(tag.name.replace(/\s/g, '').toLowerCase()));
}

export type Content = Pick<
  TemplateDocument,
  'subject' | 'preheader' | 'html' | 'text' | 'htmlContexts' | 'textContexts' | 'defaults'
>;

type Values = { readonly [name: string]: string };

export interface Template {
  /** Columns it names at all and has no default for, folded. */
  readonly columns: readonly string[];
  /** All columns that it names, also those it has a default for. */
  readonly names: readonly string[];
  /** Columns that guard a section. */
  readonly sections: readonly string[];
  /** Columns of which it takes the value for a link. */
  readonly links: readonly string[];
  /** What its defaults say in place of cells that are empty or not there, by column. */
  filled(vars: Values): { readonly [column: string]: string };
  /** Columns that this recipient's mail would print, and that are empty. */
  missing(vars: Values): readonly string[];
  /** Whether this recipient's mail would print a column. */
  prints(name: string, vars: Values): boolean;
  render(values: { readonly vars: Values; readonly mail: MailValues }): {
    readonly subject: string;
    readonly preheader?: string;
    readonly html?: string;
    readonly text?: string;
  };
}

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
  const view = (vars: Values, mail: MailValues): Values => {
    const all: Record<string, string> = Object.assign(Object.create(null), vars);
    for (const name in defaults) all[name] = given(vars, name);
    for (const name of MAIL_NAMES) all[mailKey(name)] = mail[name] ?? '';
    return all;
  };

  return {
    columns: [...found.columns].filter((name) => !defaults[name]),
    names: [...found.columns],
    sections: [...found.sections],
    links: [...found.links],
    filled: (vars) => Object.fromEntries(Object.entries(defaults).filter(([name]) => !getOwn(vars, name))),
    missing(vars) {
      const empty = new Set<string>();
      for (const { name, guards } of uses) {
        if (given(vars, name) !== '' || empty.has(name)) continue;
        if (guards.every((guard) => isMailKey(guard.name) || (given(vars, guard.name) === '') === guard.absent)) {
          empty.add(name);
        }
      }
      return [...empty];
    },
    prints: (name, vars) =>
      found.printed.some(
        (use) =>
          use.name === name &&
          use.guards.every((guard) => isMailKey(guard.name) || (given(vars, guard.name) === '') === guard.absent),
      ),
    render({ vars, mail }) {
      const values = view(vars, mail);
      const html = parts.html && renderTokens(parts.html, values, HTML);
      const text = parts.text && renderTokens(parts.text, values, PLAIN);
      const preheader = parts.preheader && oneLine(renderTokens(parts.preheader, values, PLAIN));
      return {
        subject: oneLine(renderTokens(parts.subject ?? [], values, PLAIN)),
        ...(preheader === undefined ? {} : { preheader }),
        ...(html === undefined ? {} : { html }),
        ...(text === undefined ? {} : { text }),
      };
    },
  };
}

/** A line break in a value would begin another header. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();

/** Everything that is wrong with the names and tags of a part, in which partials stand no more. */
export function checkPart(part: Part, source: string, at: (position: number) => string): Problem[] {
  const problems: Problem[] = [];
  compilePart(part, source, undefined, at, new Names(), problems);
  return problems;
}

export const PARTS = ['subject', 'preheader', 'html', 'text'] as const;
export type Part = (typeof PARTS)[number];

const contextsOf = (content: Content, part: Part): string | undefined =>
  part === 'html' ? content.htmlContexts : part === 'text' ? content.textContexts : undefined;

/** Mustache's; a value's context is put in its fifth place, which values leave empty. */
type Token = [type: string, value: string, start: number, end: number, more?: Token[] | string, ...rest: unknown[]];

class ContextWriter extends Mustache.Writer {
  constructor(private readonly escaped: (value: string) => string) {
    super();
  }

  override escapedValue(token: string[], context: Mustache.Context): string {
    return this.escaped(encoded(String(context.lookup(token[1]!) ?? ''), token[4]));
  }
}

const HTML = new ContextWriter(escapeHtml);
const PLAIN = new ContextWriter(String);

const renderTokens = (tokens: Token[], view: Values, writer: ContextWriter): string =>
  writer.renderTokens(tokens as never, new Mustache.Context(view));

interface Guard {
  readonly name: string;
  /** `{{^name}}`. */
  readonly absent: boolean;
}

/** What the parts of a template name. */
class Names {
  readonly columns = new Set<string>();
  readonly sections = new Set<string>();
  readonly links = new Set<string>();
  /** Every value that it prints. */
  readonly printed: { readonly name: string; readonly guards: readonly Guard[] }[] = [];
  /** Those that must be there. */
  readonly uses: { readonly name: string; readonly guards: readonly Guard[] }[] = [];

  use(name: string, guards: readonly Guard[]): void {
    this.printed.push({ name, guards });
    // Within its own section it is there.
    if (guards.some((guard) => guard.name === name && !guard.absent)) return;
    this.uses.push({ name, guards });
  }
}

function compilePart(
  part: Part,
  source: string,
  contexts: string | undefined,
  at: (position: number) => string,
  names: Names,
  problems: Problem[],
): Token[] | undefined {
  const tokens = parsePart(source, at, problems);
  if (tokens) walk(tokens, [], { part, at, names, problems, contexts: contexts?.[Symbol.iterator]() });
  return tokens;
}

function parsePart(source: string, at: (position: number) => string, problems: Problem[]): Token[] | undefined {
  try {
    // Not a shared writer: it would keep the tokens, and `walk` changes them.
    return new Mustache.Writer().parse(source) as Token[];
  } catch (error) {
    // "Unclosed section "x" at 12": the author counts lines.
    const [, what, found] = /^(.*) at (\d+)$/s.exec((error as Error).message) ?? [];
    const position = Number(found ?? 0);
    const section = /^Unclosed section "(.*)"$/s.exec(what ?? '')?.[1];
    const opened = section === undefined ? -1 : lastOpening(source.slice(0, position), section);
    problems.push({
      code: 'MM205',
      message: `${at(opened < 0 ? position : opened)}: ${what ?? (error as Error).message}`,
    });
    return undefined;
  }
}

function lastOpening(source: string, section: string): number {
  const openings = [...source.matchAll(/\{\{\s*[#^]\s*(.*?)\s*\}\}/gs)];
  return openings.filter(([, name]) => name === section).at(-1)?.index ?? -1;
}

interface Walk {
  readonly part: Part;
  readonly at: (position: number) => string;
  readonly names: Names;
  readonly problems: Problem[];
  readonly contexts?: Iterator<string>;
}

/** Turns every name into its key in the view, and notes what the template needs. */
function walk(tokens: Token[], guards: readonly Guard[], context: Walk): void {
  const { part, at, names, problems } = context;
  const report = (code: Problem['code'], token: Token, message: string) =>
    problems.push({ code, message: `${at(token[2])}: ${message}` });

  for (const token of tokens) {
    const [type, name] = token;
    if (type === 'text') {
      if (part === 'subject' && /[\r\n]/.test(name)) report('MM209', token, 'a subject has no line breaks');
      continue;
    }
    if (type === '!' || type === '=') continue;
    if (type === '>') {
      report('MM208', token, `got {{>${name}}}, and there are no partials here`);
      continue;
    }
    // A preheader is put into the HTML.
    if (type === '&' && (part === 'html' || part === 'preheader')) {
      report('MM207', token, `got ${name} unescaped, but every value is escaped in HTML; write {{${name}}}`);
      continue;
    }
    const section = type === '#' || type === '^';
    const key = resolve(name, guards);
    if (key === undefined) {
      if (/^mail\s*\./i.test(name)) {
        report(
          'MM206',
          token,
          `got {{${name}}}, allowed are ${MAIL_NAMES.map((known) => `{{mail.${known}}}`).join(', ')}`,
        );
      } else {
        report('MM205', token, `got {{${name}}}, allowed is a column's name`);
      }
      continue;
    }
    token[1] = key;
    if (!isMailKey(key)) names.columns.add(key);
    if (section) {
      if (!isMailKey(key)) names.sections.add(key);
      walk((token[4] as Token[] | undefined) ?? [], [...guards, { name: key, absent: type === '^' }], context);
      continue;
    }
    const where = context.contexts?.next().value as string | undefined;
    token[4] = where;
    if (isMailKey(key)) continue;
    names.use(key, guards);
    if (where === CONTEXTS.link && part === 'html') names.links.add(key);
  }
}

/** The view has no dots, so that Mustache finds `first.name` as the column it is. */
function resolve(name: string, guards: readonly Guard[]): string | undefined {
  // The value of the section around it.
  if (name === '.') return guards.filter(({ absent }) => !absent).at(-1)?.name;
  const own = /^mail\s*\.\s*(.*)$/is.exec(name)?.[1]?.toLowerCase();
  if (own !== undefined) {
    const known = MAIL_NAMES.find((one) => one.toLowerCase() === own);
    return known && mailKey(known);
  }
  const folded = foldName(name);
  return folded.replace(/_/g, '') === '' ? undefined : folded;
}

const mailKey = (name: string): string => `mail:${name}`;
const isMailKey = (key: string): boolean => key.startsWith('mail:');
