import type { Part } from '../domain/template/compile-part';
import { isValue } from '../domain/template/mustache-tags';
import type { Problem } from '../domain/template/template-errors';
import { SourceView } from './source-view';

const FOREIGN: readonly { readonly tag: RegExp; readonly system: string; readonly instead: string }[] = [
  { tag: /\*\|[^|\n]{1,200}\|\*/g, system: 'Mailchimp', instead: 'a column as {{first name}}' },
  { tag: /\{%[^%\n]{1,200}%\}/g, system: 'Liquid or Jinja', instead: 'a section as {{#vip}}…{{/vip}}' },
  { tag: /\{#[^#\n]{1,200}#\}/g, system: 'Jinja', instead: 'a comment as {{! … }}' },
  { tag: /<%[^%\n]{1,200}%>/g, system: 'ERB, EJS or AMPscript', instead: 'a column as {{first name}}' },
];

const HELPER = /^(if|unless|each|with)\s+(.+)$/s;
/** Values of Handlebars, which no column is named as. */
const HANDLEBARS_VALUE = /^(?:else(?:\s+if\b.*)?|this(?:\..*)?|@\w.*|\.\.\/.*)$/s;

/** Reports tags of other template languages, which an email would show as they are, and the tags to use instead. */
export function foreignTags(part: Part, source: string, at: (position: number) => string): Problem[] {
  const view = new SourceView(source);
  // Braces in a style sheet are CSS.
  const text =
    part === 'html' ? view.text.replace(/<style\b.*?<\/style/gis, (sheet) => ' '.repeat(sheet.length)) : view.text;
  const problems: Problem[] = [];
  for (const { tag, system, instead } of FOREIGN) {
    for (const { 0: found, index } of text.matchAll(tag)) {
      problems.push({
        code: 'MM225',
        message: `${at(index)}: got ${found}, a tag of ${system}, which recipients would read as it is; write ${instead}`,
      });
    }
  }
  for (const tag of view.tags) {
    const message = isValue(tag) ? valueOfHandlebars(tag.name) : ofHandlebars(tag.sigil, tag.name);
    if (message !== undefined) problems.push({ code: 'MM205', message: `${at(tag.start)}: ${message}` });
  }
  return problems;
}

function ofHandlebars(sigil: string, name: string): string | undefined {
  const [, helper, column] = sigil === '#' ? (HELPER.exec(name) ?? []) : [];
  if (column === undefined) return undefined;
  const section = helper === 'unless' ? `{{^${column}}}` : `{{#${column}}}`;
  return `got {{#${name}}}, which is Handlebars; write ${section}…{{/${column}}}, and {{^${column}}}…{{/${column}}} for {{else}}`;
}

function valueOfHandlebars(name: string): string | undefined {
  if (!HANDLEBARS_VALUE.test(name)) return undefined;
  const column = /^(?:this\.|\.\.\/)(.+)$/s.exec(name)?.[1];
  const instead = name.startsWith('else')
    ? 'close the section and write {{^column}}…{{/column}}'
    : column === undefined
      ? 'write the name of a column'
      : `write {{${column}}}`;
  return `got {{${name}}}, which is Handlebars; ${instead}`;
}
