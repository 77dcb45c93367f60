import Mustache from 'mustache';
import { foldName } from '../list/fold-name';
import { CONTEXTS } from './escape';
import { type FilterChain, FilterError, parseFilters, UNESCAPED } from './filter-chain';
import { FOOTER, FOOTER_NAME, MAIL_NAMES, PREFERENCES } from './mail-values';
import type { Problem } from './template-errors';

/** Returns all errors in the names and tags of a part, whose partials are already included. */
export function checkPart(part: Part, source: string, at: (position: number) => string): Problem[] {
  const problems: Problem[] = [];
  compilePart(part, source, undefined, at, new Names(), problems);
  return problems;
}

export const PARTS = ['subject', 'preheader', 'html', 'text'] as const;
export type Part = (typeof PARTS)[number];

/** Mustache's token. Values leave the fifth element empty, so it holds a value's context, and the sixth its filters. */
export type Token = [
  type: string,
  value: string,
  start: number,
  end: number,
  more?: Token[] | string,
  filters?: unknown,
  ...rest: unknown[],
];

export interface Guard {
  readonly name: string;
  /** Whether the section is inverted: `{{^name}}`. */
  readonly absent: boolean;
}

/** Whether a value is visible in this place: as text, or as a visible link. */
export const isSeen = (place: string | undefined): boolean =>
  place === undefined || place === CONTEXTS.plain || place === CONTEXTS.link;

/** A value that a template prints. */
interface Printed {
  readonly name: string;
  readonly guards: readonly Guard[];
  readonly place?: string;
  readonly filters?: FilterChain;
}

/** Names that the parts of a template use. */
export class Names {
  readonly columns = new Set<string>();
  readonly sections = new Set<string>();
  /** Columns of which a value without a default of its own is printed. */
  readonly required = new Set<string>();
  /** Every printed value with its place, a letter of `CONTEXTS`. */
  readonly printed: Printed[] = [];
  /** Values that must not be empty. */
  readonly uses: { readonly name: string; readonly guards: readonly Guard[] }[] = [];

  /** Visible unsubscribe links. */
  private readonly unsubscribeLinks: { readonly part: Part; readonly guards: readonly Guard[] }[] = [];
  /** Whether the HTML has a place for the footer. */
  hasFooter = false;

  /** Whether a part has a visible unsubscribe link. */
  hasUnsubscribeLink(part: Part, shows: (guard: Guard) => boolean): boolean {
    return this.unsubscribeLinks.some(
      (link) =>
        link.part === part && link.guards.every((guard) => (isMailKey(guard.name) ? !guard.absent : shows(guard))),
    );
  }

  addUnsubscribeLink(part: Part, guards: readonly Guard[], place: string | undefined): void {
    if (isSeen(place)) this.unsubscribeLinks.push({ part, guards });
  }

  use(name: string, guards: readonly Guard[], place?: string, filters?: FilterChain): void {
    this.printed.push({ name, guards, place, filters });
    if (filters?.hasDefault) return;
    this.required.add(name);
    // Inside its own section, the value is not empty.
    if (guards.some((guard) => guard.name === name && !guard.absent)) return;
    this.uses.push({ name, guards });
  }
}

/** Compiles a part of a template and adds its names and errors. Undefined if it is not well-formed. */
export function compilePart(
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
    // A shared writer would cache the tokens, which `walk` changes.
    return new Mustache.Writer().parse(source) as Token[];
  } catch (error) {
    // Mustache reports an offset, as in "Unclosed section "x" at 12"; convert it to a line.
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

/** Replaces every name by its key in the view, and records what the template needs. */
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
    // A preheader becomes part of the HTML.
    if (type === '&' && (part === 'html' || part === 'preheader')) {
      report(
        'MM207',
        token,
        `got {{{${name}}}} or {{&${name}}}, which Handlebars and Mustache print unescaped, but every value is escaped in HTML; write {{${name}}}`,
      );
      continue;
    }
    if (type === 'name' && name === FOOTER_NAME && context.contexts?.next().value === CONTEXTS.footer) {
      token[1] = mailKey(FOOTER);
      token[4] = CONTEXTS.footer;
      names.hasFooter = true;
      continue;
    }
    const section = type === '#' || type === '^';
    const found = filtered(name);
    if ('code' in found) {
      report(found.code, token, `got {{${name}}}; ${found.message}`);
      continue;
    }
    const { column, chain } = found;
    if (chain && section) {
      report('MM241', token, `got {{${type}${name}}}; a section must name a column without filters`);
      continue;
    }
    const key = resolve(column, guards);
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
    if (chain && isMailKey(key)) {
      report('MM241', token, `got {{${name}}}; a mail. name must have no filters`);
      continue;
    }
    token[1] = section && !isMailKey(key) ? sectionKey(key) : key;
    if (!section) token[5] = chain;
    if (!isMailKey(key)) names.columns.add(key);
    if (section) {
      if (!isMailKey(key)) names.sections.add(key);
      walk((token[4] as Token[] | undefined) ?? [], [...guards, { name: key, absent: type === '^' }], context);
      continue;
    }
    const where = context.contexts?.next().value as string | undefined;
    token[4] = where;
    if (PREFERENCES.some((one) => mailKey(one) === key)) names.addUnsubscribeLink(part, guards, where);
    if (isMailKey(key)) continue;
    names.use(key, guards, where, chain);
  }
}

/** Splits a tag's name into a column and its filters, or returns what is wrong with them. */
function filtered(name: string): ReturnType<typeof parseFilters> | Problem {
  try {
    return parseFilters(name);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    if (UNESCAPED.test(name.split('|').at(-1)!.trim())) {
      return { code: 'MM207', message: 'this is Liquid, Jinja or Twig, and every value is escaped in HTML' };
    }
    return { code: 'MM241', message: error.message };
  }
}

/** Resolves a name to its key. View keys have no dots, so that Mustache finds `first.name` as one column. */
function resolve(name: string, guards: readonly Guard[]): string | undefined {
  // The value of the surrounding section.
  if (name === '.') return guards.filter(({ absent }) => !absent).at(-1)?.name;
  const own = /^mail\s*\.\s*(.*)$/is.exec(name)?.[1]?.toLowerCase();
  if (own !== undefined) {
    const known = MAIL_NAMES.find((one) => one.toLowerCase() === own);
    return known && mailKey(known);
  }
  const folded = foldName(name);
  return folded.replace(/_/g, '') === '' ? undefined : folded;
}

/** The key of whether a section shows. */
export const sectionKey = (name: string): string => `section:${name}`;
export const mailKey = (name: string): string => `mail:${name}`;
export const isMailKey = (key: string): boolean => key.startsWith('mail:');
