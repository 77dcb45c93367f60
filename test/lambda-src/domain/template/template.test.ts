import fc from 'fast-check';
import { foldName } from '../../../../lambda-src/domain/list/fold-name';
import { compileTemplate } from '../../../../lambda-src/domain/template/template';

const mail = { campaign: 'bucket/may', template: 'welcome' };
const render = (content: { subject: string; html?: string; text?: string }, vars: Record<string, string> = {}) =>
  compileTemplate(content).render({ vars, mail });

test('columns and our own names are filled in', () => {
  const content = {
    subject: 'Hello {{First Name}}',
    html: '<p>{{first_name}} of {{mail}}, {{mail.campaign}}</p>',
    text: '{{FIRST-NAME}} {{ mail.template }}',
  };
  expect(render(content, { first_name: 'Ann', mail: 'a@b.c' })).toEqual({
    subject: 'Hello Ann',
    html: '<p>Ann of a@b.c, bucket/may</p>',
    text: 'Ann welcome',
  });
});

test('HTML escapes every value, subject and text none', () => {
  const content = { subject: '{{x}}', html: '{{x}}', text: '{{x}} {{{x}}} {{&x}}' };
  const x = `<b>&"'`;
  expect(render(content, { x })).toEqual({ subject: x, html: '&lt;b&gt;&amp;&quot;&#39;', text: `${x} ${x} ${x}` });
});

test('no value puts markup into the HTML or a control character into the subject', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (x) => {
      const { subject, html } = render({ subject: 'a{{x}}b', html: '<i title="{{x}}">{{x}}</i>' }, { x });
      expect(subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      expect(html!.match(/[<>"]/g)).toHaveLength('<i title=""></i>'.match(/[<>"]/g)!.length);
    }),
  );
});

test('a value that looks like a template stays as it is', () => {
  expect(render({ subject: '{{x}}', text: '{{x}}' }, { x: '{{mail.campaign}} {{y}}' })).toEqual({
    subject: '{{mail.campaign}} {{y}}',
    text: '{{mail.campaign}} {{y}}',
  });
});

test('sections show what is there and say what is not', () => {
  const content = {
    subject: 's',
    text: '{{#town}}in {{.}}{{/town}}{{^town}}nowhere{{/town}}, {{#mail.campaign}}{{.}}{{/mail.campaign}}',
  };
  expect(render(content, { town: 'Bern' }).text).toBe('in Bern, bucket/may');
  expect(render(content, { town: '' }).text).toBe('nowhere, bucket/may');
});

const missing = (text: string, vars: Record<string, string>, defaults: Record<string, string> = {}) =>
  [...compileTemplate({ subject: 's', text, defaults }).missing(vars)].sort();

test('what a mail would print must be there: in no section, or in one that shows', () => {
  const text = '{{name}} {{#vip}}{{gift}}{{/vip}}{{^vip}}{{other thing}}{{/vip}}{{! note }}{{mail.template}}';
  expect(missing(text, {})).toEqual(['name', 'other_thing']);
  expect(missing(text, { name: 'Ann', vip: 'yes' })).toEqual(['gift']);
  expect(missing(text, { name: 'Ann', other_thing: 'x' })).toEqual([]);
  expect([...compileTemplate({ subject: 's', text }).columns].sort()).toEqual(['gift', 'name', 'other_thing', 'vip']);
});

test('what guards itself may be empty', () => {
  expect(missing('{{#town}}in {{town}}, {{.}}{{/town}}', {})).toEqual([]);
  expect(missing('{{#mail.campaign}}{{town}}{{/mail.campaign}}', {})).toEqual(['town']);
});

test('a default stands for an empty cell and for a column that is not there', () => {
  const content = {
    subject: 'Dear {{First Name}}',
    text: '{{#city}}in {{.}}{{/city}}',
    defaults: { 'first name': 'friend', City: 'Oslo' },
  };
  const template = compileTemplate(content);
  expect(template.columns).toEqual([]);
  expect(template.missing({ first_name: '' })).toEqual([]);
  expect(template.render({ vars: { first_name: '' }, mail })).toEqual({ subject: 'Dear friend', text: 'in Oslo' });
  expect(template.render({ vars: { first_name: 'Ann' }, mail }).subject).toBe('Dear Ann');
});

test('a value is written as its place wants it', () => {
  const x = 'a b&c/d?e';
  const html = '{{x}} {{x}} {{x}} {{#x}}{{.}}{{/x}}';
  expect(compileTemplate({ subject: 's', html, htmlContexts: 'hpqo' }).render({ vars: { x }, mail }).html).toBe(
    'a b&amp;c/d?e a%20b%26c/d%3Fe a%20b%26c%2Fd%3Fe a%20b%26c%2Fd%3Fe',
  );
});

test.each([
  ['https://example.com/a b?q=ü&r=%20', 'https://example.com/a%20b?q=%C3%BC&amp;r=%20'],
  [' HTTP://example.com ', 'HTTP://example.com'],
  ['mailto:a@example.com', 'mailto:a@example.com'],
  ['javascript:alert(1)', '#'],
  ['java\nscript:alert(1)', '#'],
  ['data:text/html,x', '#'],
  ['//example.com', '#'],
  ['https://', '#'],
  ['https://x/"><b>', 'https://x/%22%3E%3Cb%3E'],
])('the link %j becomes %j', (x, written) => {
  const template = compileTemplate({ subject: 's', html: '<a href="{{x}}">', htmlContexts: 'u' });
  expect(template.render({ vars: { x }, mail }).html).toBe(`<a href="${written}">`);
  expect(template.misplaced({ x })).toEqual({ MM411: written === '#' ? ['x'] : [], MM431: [], MM435: [] });
});

test('a template is compiled as often as one likes', () => {
  const content = { subject: '{{mail.campaign}} {{a b}}', text: '{{#a b}}{{.}}{{/a b}}' };
  for (let i = 0; i < 2; i++) {
    expect(render(content, { a_b: 'x' })).toEqual({ subject: 'bucket/may x', text: 'x' });
  }
});

test.each(['constructor', '__proto__', 'hasownproperty', 'length', 'tostring'])('a column may be called %s', (name) => {
  const vars = { [foldName(name)]: 'value', other: 'x' };
  expect(render({ subject: `{{${name}}}`, text: `{{#other}}{{${name}}}{{/other}}` }, vars)).toEqual({
    subject: 'value',
    text: 'value',
  });
});
