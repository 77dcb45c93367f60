import fc from 'fast-check';
import { foldName } from '../../../lambda-src/core/names';
import { checkTemplate, compileTemplate } from '../../../lambda-src/core/template';

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
    html: '<p>Ann of a@b.c, bucket&#x2F;may</p>',
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

test('what stands outside sections is needed, what stands inside or guards one is not', () => {
  const template = compileTemplate({
    subject: '{{Name}}',
    text: '{{#vip}}{{gift}}{{/vip}}{{^vip}}{{other thing}}{{/vip}}{{! note }}{{mail.template}}',
    html: '{{#town}}{{.}}, {{street}}{{/town}} {{street}}',
  });
  expect([...template.variables].sort()).toEqual(['name', 'street']);
  expect([...template.columns].sort()).toEqual(['gift', 'name', 'other_thing', 'street', 'town', 'vip']);
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

describe('mistakes are found, with their line', () => {
  test.each<[string, string, { subject: string; html?: string; text?: string }, string]>([
    ['no subject', 'MM202', { subject: ' ', text: 'x' }, 'welcome: the subject is empty'],
    ['no body', 'MM202', { subject: 's' }, 'welcome: there is neither an HTML nor a text body'],
    ['an open tag', 'MM205', { subject: 's', html: '<p>\n{{name</p>' }, 'welcome: html, line 2: Unclosed tag'],
    [
      'an open section',
      'MM205',
      { subject: 's', text: 'a\n{{#b}}\nc\nd' },
      'welcome: text, line 2: Unclosed section "b"',
    ],
    [
      'a section closed twice',
      'MM205',
      { subject: 's', text: 'a\n\n{{/b}}' },
      'welcome: text, line 3: Unopened section "b"',
    ],
    [
      'a tag without a name',
      'MM205',
      { subject: 's', text: '{{ }}' },
      "welcome: text, line 1: got {{}}, allowed is a column's name",
    ],
    [
      'a value of no section',
      'MM205',
      { subject: 's', text: '{{.}}' },
      "welcome: text, line 1: got {{.}}, allowed is a column's name",
    ],
    [
      'an unknown name of ours',
      'MM206',
      { subject: 's', text: '\n{{mail.unsubscribe}}' },
      'welcome: text, line 2: got {{mail.unsubscribe}}, allowed are {{mail.campaign}}, {{mail.template}}',
    ],
    [
      'three braces in HTML',
      'MM207',
      { subject: 's', html: '{{#a}}\n{{{b}}}{{/a}}' },
      'welcome: html, line 2: got b unescaped',
    ],
    ['an ampersand in HTML', 'MM207', { subject: 's', html: '{{&b}}' }, 'welcome: html, line 1: got b unescaped'],
    ['a partial', 'MM208', { subject: 's', html: '{{> footer}}' }, 'welcome: html, line 1: got {{>footer}}'],
    [
      'a line break in the subject',
      'MM209',
      { subject: 'a\nb', text: 'x' },
      'welcome: subject, line 1: a subject has no line breaks',
    ],
  ])('%s', (_, code, content, says) => {
    const problems = checkTemplate(content, 'welcome');
    expect(problems).toEqual([{ code, message: expect.stringContaining(says) }]);
    expect(() => compileTemplate(content)).toThrow(`${code}: `);
  });

  test('all of them', () => {
    const problems = checkTemplate({ subject: '', html: '{{{a}}}{{>b}}', text: '{{mail.x}}' }, 'welcome');
    expect(problems.map(({ code }) => code)).toEqual(['MM202', 'MM207', 'MM208', 'MM206']);
  });

  test('and none in a good one', () => {
    expect(
      checkTemplate({ subject: '{{a}}', html: '<style>p { color: red }</style>{{=<% %>=}}<%a%>' }, 'welcome'),
    ).toEqual([]);
  });
});
