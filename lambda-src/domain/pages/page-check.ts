import Mustache from 'mustache';
import { TEXT_NAMES } from './page-texts';

/** Errors in the owner's consent page, which synth finds. */
export const PAGE_ERRORS = {
  MM220: 'A consent page is not well-formed Mustache, or uses a name that does not exist.',
  MM221: 'A consent page leaves out what a recipient needs.',
  MM222: 'A consent page has what its browser will not run.',
  MM223: 'A text of a consent page does not exist, or its language is none.',
} as const;

const NAMES = new Set([
  ...['lang', 'dir', 'sender', 'title', 'message', 'status', 'text', 'chooseUrl'],
  ...['confirm', 'left', 'preferences', 'saved', 'invalid', 'busy'],
  ...['topics', 'name', 'description', 'chosen', '.'],
  ...['tracking', 'given', 'refused'],
  ...TEXT_NAMES.map((name) => `text.${name}`),
]);

/** Placeholders without which recipients could not unsubscribe. */
const NEEDED: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/\{\{\s*#\s*confirm\s*\}\}[\s\S]*<form\b[^>]*\bmethod="?post"?/i, 'a form by POST within {{#confirm}}'],
  [/\{\{\s*#\s*preferences\s*\}\}[\s\S]*<form\b[^>]*\bmethod="?post"?/i, 'a form by POST within {{#preferences}}'],
  [/\bname="?topic"?/i, 'a field named "topic" for each of {{#topics}}'],
  [/\bname="?shown"?/i, 'a hidden field named "shown" for each of {{#topics}}'],
  [/\{\{\s*message\s*\}\}/, '{{message}}'],
];

export interface PageProblem {
  readonly code: keyof typeof PAGE_ERRORS;
  readonly message: string;
}

/** Returns the errors in a consent page's Mustache source. */
export function checkPage(source: string): PageProblem[] {
  const problems: PageProblem[] = [];
  try {
    for (const wrong of names(Mustache.parse(source) as Token[])) problems.push({ code: 'MM220', message: wrong });
  } catch (error) {
    return [{ code: 'MM220', message: (error as Error).message }];
  }
  for (const [pattern, what] of NEEDED) {
    if (!pattern.test(source)) problems.push({ code: 'MM221', message: `it needs ${what}` });
  }
  const forbidden = /<(script|link|iframe|object|embed)\b|\son[a-z]+\s*=|\sstyle\s*=/i.exec(source);
  if (forbidden) {
    problems.push({
      code: 'MM222',
      message: `got ${forbidden[0].trim()}, but its content security policy allows a <style> element and pictures as data: alone`,
    });
  }
  return problems;
}

type Token = [type: string, name: string, start: number, end: number, children?: Token[]];

function* names(tokens: Token[]): Generator<string> {
  for (const [type, name, , , children] of tokens) {
    if (type === 'text' || type === '!' || type === '=') continue;
    if (type === '>') yield `got {{>${name}}}, and there are no partials here`;
    else if (type === '&') yield `got {{{${name}}}}, but every value is escaped; write {{${name}}}`;
    else if (!NAMES.has(name)) yield `got {{${name}}}, allowed are ${[...NAMES].join(', ')}`;
    if (Array.isArray(children)) yield* names(children);
  }
}
