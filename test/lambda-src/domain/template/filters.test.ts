import * as fs from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { parseFilters } from '../../../../lambda-src/domain/template/filter-chain';
import { FILTERS } from '../../../../lambda-src/domain/template/filters';
import { compileTemplate } from '../../../../lambda-src/domain/template/template';
import { buildTemplate } from '../../../../lambda-src/template-build/build-template';
import { sources } from '../../../support/template-sources';

const mail = { campaign: 'may', template: 'welcome' };
const compiled = (text: string) => compileTemplate({ subject: 's', text });
const written = (tag: string, x: string, locale?: string) => {
  const template = compiled(tag);
  expect(template.misplaced({ x }, locale)).toEqual({ MM411: [], MM431: [], MM435: [] });
  return template.render({ vars: { x }, mail, locale }).text;
};
/** Intl writes no-break spaces. */
const spaced = (text = '') => text.replace(/[\u00a0\u202f]/g, ' ');

describe('the table in docs/templates.md', () => {
  const page = fs.readFileSync(path.join(__dirname, '../../../../docs/templates.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(\{\{x \\\| .*?\}\})` +\| (?:`(.*?)`)? +\| `(.*?)` +\| (.*?) +\|$/gm)].map(
    ([, tag, cell = '', locale, printed]) => [tag!.replaceAll('\\|', '|'), cell, locale!, printed!] as const,
  );

  test.each(rows)('%s of %j in %s', (tag, cell, locale, printed) => {
    expect(spaced(written(tag, cell, locale))).toBe(printed);
  });

  test('has all filters, and no other', () => {
    expect([...new Set(rows.map(([tag]) => /\| (\w+)/.exec(tag)![1]))].sort()).toEqual(Object.keys(FILTERS).sort());
  });
});

test.each([
  ['1234.5', '1,234.5'],
  ['-1234,56', '-1,234.56'],
  ['−5', '-5'],
  ['+5', '5'],
  ['1,234.50', '1,234.5'],
  ['1.234,50', '1,234.5'],
  ['1\u202f234,50', '1,234.5'],
  ["1'234.50", '1,234.5'],
  ['1.234.567', '1,234,567'],
  ['12,34,567.8', '1,234,567.8'],
  ['0.125', '0.125'],
  ['1234.567', '1,234.567'],
  ['9007199254740993', '9,007,199,254,740,993'],
  ['0', '0'],
])('the number %j', (cell, printed) => {
  expect(written('{{x | number}}', cell, 'en')).toBe(printed);
});

test.each(['1,234', '1.234', 'twelve', '1.2.3', '1e5', '12 €', '1,23,4', '--5', '0x10', 'Infinity', '9'.repeat(41)])(
  'MM435: %j is no number that can be read in one way',
  (x) => {
    for (const filter of ['number', 'currency: "EUR"', 'percent', 'plural: other "x"']) {
      const template = compiled(`{{x | ${filter}}}`);
      expect(template.misplaced({ x }).MM435).toEqual(['x']);
      expect(template.render({ vars: { x }, mail }).text).toBe('');
    }
  },
);

test.each([
  '2026-02-30',
  '2026-13-01',
  '12/31/2026',
  '31.12.26',
  'tomorrow',
  '2026-12-01 24:00',
  '2026-12-01 12:60',
  '46357',
])('MM435: %j is no date', (x) => {
  expect(compiled('{{x | date}}').misplaced({ x }).MM435).toEqual(['x']);
});

test('a time needs a time in the cell, and keeps what is written without a zone', () => {
  expect(compiled('{{x | time}}').misplaced({ x: '2026-12-01' }).MM435).toEqual(['x']);
  expect(written('{{x | time: "medium"}}', '1.12.2026 8:05:09', 'de')).toBe('08:05:09');
  expect(written('{{x | date}}', '2026-12-01T23:30:00-05:00', 'en')).toBe('December 1, 2026');
  expect(written('{{x | date: "long", "Europe/Paris"}}', '2026-12-01T23:30:00-0500', 'en')).toBe('December 2, 2026');
  expect(written('{{x | date: "long", "Europe/Paris"}}', '2026-12-01T23:30', 'en')).toBe('December 1, 2026');
});

test('filters follow each other, and a default fills an empty cell alone', () => {
  expect(spaced(written('{{x | default: "0" | currency: "EUR"}}', '', 'de'))).toBe('0,00 €');
  expect(spaced(written('{{x | default: "0" | currency: "EUR"}}', '2,5', 'de'))).toBe('2,50 €');
  expect(written("{{ x|upper|default:'a | b: c' }}", '')).toBe('a | b: c');
  expect(written('{{x | default: &quot;friend&quot;}}', '')).toBe('friend');
  expect(compiled('{{x | default: "friend"}}').missing({})).toEqual([]);
  expect(compiled('{{x | default: "friend"}}').columns).toEqual([]);
  expect(compiled('{{x | default: "friend"}} {{x}}').columns).toEqual(['x']);
  expect(compiled('{{x | upper}}').missing({ x: '' })).toEqual(['x']);
});

test('a language that Intl does not know counts as English', () => {
  expect(written('{{x | number}}', '1234.5', 'qaa')).toBe('1,234.5');
  expect(written('{{x | number}}', '1234.5')).toBe('1,234.5');
});

test.each([
  [
    'x | upcase',
    'filters are number, currency, percent, date, time, plural, upper, lower, capitalize, default, got "upcase"; write upper',
  ],
  ['x | constructor', 'got "constructor"'],
  ['x |', 'a filter must follow each "|"'],
  ['x | upper lower', 'a filter must follow each "|"'],
  ['x | currency', 'must be currency: "EUR"'],
  ['x | currency: "EURO"', 'must be currency: "EUR"'],
  ['x | currency: EUR', 'an argument must be a text in quotation marks or a number'],
  ['x | currency: "EUR", 7', 'must be currency: "EUR"'],
  ['x | number: 1.5', 'must be number or number: 2'],
  ['x | number: "2"', 'must be number'],
  ['x | number: 1, 2', 'must be number'],
  ['x | percent: -1', 'must be percent'],
  ['x | date: "%B %d"', 'must be date, date: "full"'],
  ['x | date: "long", "Mars/Base"', 'must be date'],
  ['x | time: "full"', 'must be time'],
  ['x | plural: "item", "items"', 'must be plural: one "item", other "items"'],
  ['x | plural: one "item"', 'must be plural'],
  ['x | plural: some "item", other "items"', 'must be plural'],
  ['x | plural: one "a", one "b", other "c"', 'must be plural'],
  ['x | upper: 1', 'must be upper'],
  ['x | default', 'must be default: "friend"'],
  ['x | default: ""', 'must be default: "friend"'],
  ['x | default: 0', 'must be default: "friend"'],
  ['x | default: "none" | number', 'the default must be a value that the next filter reads'],
  ['x | upper | number', 'a filter that reads numbers or dates must come first'],
  ['x | number | currency: "EUR"', 'only one filter may read'],
  ['x | upper!', 'cannot read "!"'],
  ['x | default: "open', 'cannot read'],
  ['mail.campaign | upper', 'a mail. name must have no filters'],
])('MM241: {{%s}} fails the build', (tag, message) => {
  const { problems } = buildTemplate(sources({ 'subject.txt': 's', 'body.txt': `\n{{${tag}}}` }));
  expect(problems.map(({ code }) => code)).toEqual(['MM241']);
  expect(problems[0]!.message).toContain(`/t/welcome/body.txt, line 2: got {{${tag}}}; `);
  expect(problems[0]!.message).toContain(message);
});

test('MM241: a section has no filters', () => {
  const { problems } = buildTemplate(sources({ 'subject.txt': 's', 'body.txt': '{{#x | upper}}a{{/x | upper}}' }));
  expect(problems[0]!.code).toBe('MM241');
});

test('MM207: a filter of another system that prints a value unescaped', () => {
  const { problems } = buildTemplate(sources({ 'subject.txt': 's', 'body.html': '<p>{{x | safe}}</p>' }));
  expect(problems).toEqual([{ code: 'MM207', message: expect.stringContaining('Liquid, Jinja or Twig') }]);
});

const TAGS = [
  ...['number', 'number: 2', 'currency: "EUR"', 'percent', 'date', 'time', 'upper', 'lower', 'capitalize'],
  ...['default: "f"', 'plural: one "<b>", other "\'"', 'default: "2026-01-01" | date: "full"', 'upper | default: "&"'],
].map((filter) => `x | ${filter}`);
const cell = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...'0123456789.,- %:TZ+\'"<>&;(){}|') }),
  fc.date().map((date) => (Number.isNaN(date.getTime()) ? '' : date.toISOString())),
  fc.double().map(String),
);
const locale = fc.constantFrom('', 'en', 'de-CH', 'ar', 'fa', 'hi', 'pl', 'tr', 'qaa', 'zh-Hant');

test('no value and no language makes a filter throw, and what it returns is text', () => {
  fc.assert(
    fc.property(fc.constantFrom(...TAGS), cell, locale, (tag, value, of) => {
      const result = parseFilters(tag).chain!.format(value, of);
      expect(['string', 'undefined']).toContain(typeof result);
    }),
    { numRuns: 3000 },
  );
});

test('what filters print is escaped by its place: in text, attributes, links and CSS', () => {
  const html = (tag: string) =>
    `<p title="{{${tag}}}">{{${tag}}}</p><a href="https://e.example/{{${tag}}}?q={{${tag}}}">a</a><b style="width:{{${tag}}}">b</b>`;
  const built = new Map(
    TAGS.map((tag) => {
      const { variants, problems } = buildTemplate(
        sources({ 'subject.txt': 's', 'body.html': html(tag), 'body.txt': 't' }),
        { inlineCss: false },
      );
      expect(problems).toEqual([]);
      return [tag, compileTemplate(variants['']!)];
    }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...TAGS), cell, locale, (tag, x, of) => {
      const { html } = built.get(tag)!.render({ vars: { x }, mail, locale: of });
      const [, title, text, path, query, css] =
        /^<p title="([^"<>]*)">([^<>]*)<\/p><a href="https:\/\/e\.example\/([^"<>?#\s]*)\?q=([^"<>&/#\s]*)">a<\/a><b style="width:((?:&\w+;|[^"<>;{}&])*)">b<\/b>$/su.exec(
          html!.replace(/&#39;/g, '%27'),
        ) ?? [];
      expect([title, text, path, query, css]).not.toContain(undefined);
      expect(`${title}${text}`.replace(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toMatch(/[&<>"]/);
    }),
    { numRuns: 3000 },
  );
});
