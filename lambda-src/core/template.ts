import Mustache from 'mustache';
import type { TemplateDocument } from '../../src/private/contract';
import { foldName } from './names';

/** Mistakes in a template; synth finds them. */
export const TEMPLATE_ERRORS = {
  MM202: 'A template has no subject, or neither an HTML nor a text body.',
  MM205: 'A template is not well-formed Mustache.',
  MM206: 'A template uses a `mail.` name that does not exist.',
  MM207: 'A template wants a value unescaped in HTML.',
  MM208: 'A template uses a partial.',
  MM209: 'A subject has a line break.',
} as const;

export interface Problem {
  readonly code: keyof typeof TEMPLATE_ERRORS;
  readonly message: string;
}

type Content = Pick<TemplateDocument, 'subject' | 'html' | 'text'>;

/** What a template may say beside the columns: `{{mail.campaign}}`. */
export interface MailValues {
  readonly campaign: string;
  readonly template: string;
}
const MAIL_NAMES: readonly (keyof MailValues)[] = ['campaign', 'template'];

export interface Template {
  /** Columns it needs a value of, folded. */
  readonly variables: readonly string[];
  /** Columns it names at all: these, and what stands only inside sections or guards them. */
  readonly columns: readonly string[];
  /** Those that guard a section, in their order. */
  readonly sections: readonly string[];
  render(values: { readonly vars: { readonly [name: string]: string }; readonly mail: MailValues }): {
    readonly subject: string;
    readonly html?: string;
    readonly text?: string;
  };
}

/** Everything wrong with a template; `where` is the file or prop that its author knows. */
export function checkTemplate(content: Content, where: string): Problem[] {
  return compile(content, where).problems;
}

export function compileTemplate(content: Content): Template {
  const { parts, required, named, guards, problems } = compile(content, 'the template');
  const [first] = problems;
  if (first) throw new Error(`${first.code}: ${first.message}`);
  return {
    variables: [...required],
    columns: [...named],
    sections: [...guards],
    render({ vars, mail }) {
      const view: Record<string, string> = Object.assign(Object.create(null), vars);
      for (const name of MAIL_NAMES) view[mailKey(name)] = mail[name];
      const html = parts.html && renderTokens(parts.html, view, Mustache.escape);
      const text = parts.text && renderTokens(parts.text, view, String);
      return {
        // A line break in a value would begin another header.
        subject: renderTokens(parts.subject ?? [], view, String)
          .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
          .trim(),
        ...(html === undefined ? {} : { html }),
        ...(text === undefined ? {} : { text }),
      };
    },
  };
}

const PARTS = ['subject', 'html', 'text'] as const;
type Part = (typeof PARTS)[number];
type Token = [type: string, value: string, start: number, end: number, children?: Token[], ...rest: unknown[]];

const writer = new Mustache.Writer();

function renderTokens(tokens: Token[], view: Record<string, string>, escaped: (value: string) => string): string {
  return writer.renderTokens(tokens as never, new Mustache.Context(view), undefined, undefined, { escape: escaped });
}

interface Compiled {
  readonly parts: { [part in Part]?: Token[] };
  readonly required: Set<string>;
  readonly named: Set<string>;
  readonly guards: Set<string>;
  readonly problems: Problem[];
}

function compile(content: Content, where: string): Compiled {
  const compiled: Compiled = { parts: {}, required: new Set(), named: new Set(), guards: new Set(), problems: [] };
  const { problems } = compiled;
  if (!content.subject?.trim()) problems.push({ code: 'MM202', message: `${where}: the subject is empty` });
  if (content.html === undefined && content.text === undefined) {
    problems.push({ code: 'MM202', message: `${where}: there is neither an HTML nor a text body` });
  }
  for (const part of PARTS) {
    const source = content[part];
    if (source === undefined) continue;
    const at = (position: number) => `${where}: ${part}, line ${lineOf(source, position)}`;
    const tokens = parsePart(source, at, problems);
    if (!tokens) continue;
    compiled.parts[part] = tokens;
    walk(tokens, [], { part, at, compiled });
  }
  return compiled;
}

function parsePart(source: string, at: (position: number) => string, problems: Problem[]): Token[] | undefined {
  try {
    // Not the shared writer: it would keep the tokens, and `walk` changes them.
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
  readonly compiled: Compiled;
}

/** Turns every name into its key in the view, and notes what the template needs. */
function walk(tokens: Token[], sections: readonly Token[], context: Walk): void {
  const { part, at, compiled } = context;
  const report = (code: Problem['code'], token: Token, message: string) =>
    compiled.problems.push({ code, message: `${at(token[2])}: ${message}` });

  for (const token of tokens) {
    const [type, name] = token;
    if (type === 'text') {
      if (part === 'subject' && /[\r\n]/.test(name)) report('MM209', token, 'a subject has no line breaks');
      continue;
    }
    if (type === '!' || type === '=') continue;
    if (type === '>') {
      report('MM208', token, `got {{>${name}}}, but partials are not supported; write its text here`);
      continue;
    }
    if (type === '&' && part === 'html') {
      report('MM207', token, `got ${name} unescaped, but every value is escaped in HTML; write {{${name}}}`);
      continue;
    }
    const guard = type === '#' || type === '^';
    const key = resolve(name, sections);
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
    if (!isMailKey(key)) {
      compiled.named.add(key);
      if (guard) compiled.guards.add(key);
      if (!guard && sections.length === 0) compiled.required.add(key);
    }
    if (guard) walk(token[4] ?? [], [...sections, token], context);
  }
}

/** The view has no dots, so that Mustache finds `first.name` as the column it is. */
function resolve(name: string, sections: readonly Token[]): string | undefined {
  // The value of the section around it.
  if (name === '.') return sections.filter(([type]) => type === '#').at(-1)?.[1];
  const own = /^mail\s*\.\s*(.*)$/is.exec(name)?.[1]?.toLowerCase();
  if (own !== undefined) return MAIL_NAMES.some((known) => known === own) ? mailKey(own) : undefined;
  const folded = foldName(name);
  return folded.replace(/_/g, '') === '' ? undefined : folded;
}

const mailKey = (name: string): string => `mail:${name}`;
const isMailKey = (key: string): boolean => key.startsWith('mail:');

const lineOf = (source: string, position: number): number => source.slice(0, position).split('\n').length;
