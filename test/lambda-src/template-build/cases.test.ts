/** Small templates as people wrote them, each with what its author would want. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { footerOf } from '../../../lambda-src/domain/sending/unsubscribe';
import { compileTemplate } from '../../../lambda-src/domain/template/template';
import { buildTemplate } from '../../../lambda-src/template-build/build-template';
import { sources } from '../../support/template-sources';

const mail = {
  campaign: 'may',
  template: 'welcome',
  unsubscribeUrl: 'https://u.example/TOKEN',
  preferencesUrl: 'https://p.example/TOKEN',
};
const read = (file: string) =>
  fs.readFileSync(path.join(__dirname, '../../fixtures/templates', file), 'utf8').trimEnd();
const built = (file: string) => buildTemplate(sources({ 'subject.txt': 's', 'body.html': read(file) }), {});
const content = (file: string) => {
  const { variants, problems } = built(file);
  expect(problems).toEqual([]);
  return variants['']!;
};
const render = (file: string, vars: Record<string, string>) => {
  const compiled = compileTemplate(content(file));
  expect(compiled.missing(vars)).toEqual([]);
  return compiled.render({ vars, mail });
};
test('stray-p-list.html: an end tag never gets an attribute', () => {
  expect(render('stray-p-list.html', { name: 'Ann' }).html).toBe(
    '<style>p{color:red}</style><p style="color: red;">Dear Ann<ul><li>x</li></ul></p>',
  );
});

test('stray-br.html: nor does </br>', () => {
  expect(render('stray-br.html', { name: 'Ann' }).html).toBe('<style>br{color:red}</style><p>Hi</br>there Ann</p>');
});

test('style-media-print.html: a sheet for print stays in the head', () => {
  const { html } = render('style-media-print.html', { name: 'Ann' });
  expect(html).toContain('<p style="color: red;" class="a">');
  expect(html).toContain('<style media="print">.a{display:none}</style>');
});

test('end-tag-space.html: builds, and the link stays', () => {
  expect(render('end-tag-space.html', { name: 'Ann' }).html).toBe(
    '<style>p{color:red}</style><a href="https://x.example">q</a ><p style="color: red;">x Ann</p>',
  );
});

test.each([
  ['', '<p style=" margin: 0;">Hi Ann</p>'],
  ['#f00', '<p style="color: #f00; margin: 0;">Hi Ann</p>'],
])('brand-empty.html: with %j as the brand the attribute is well formed', (brand, element) => {
  const { html } = render('brand-empty.html', { name: 'Ann', brand });
  expect(html!.replace(/^.*<\/style>/, '')).toBe(element.replace('" ', '"'));
});

test('outlook-com-dark.html: a client hack still overrides a plain rule', () => {
  expect(render('outlook-com-dark.html', { name: 'Ann' }).html).toBe(
    '<style>p{color:#000} [data-ogsc] p{color:#fff!important}</style><p style="color: #000;">Hi Ann</p>',
  );
});

test('css-url-value.html: an address goes through, anything else makes the row invalid', () => {
  const vars = { img: 'https://i.example/a.png?x=1', name: 'Ann' };
  expect(render('css-url-value.html', vars).html).toContain('background-image:url(https://i.example/a.png?x=1)');
  const compiled = compileTemplate(content('css-url-value.html'));
  expect(compiled.misplaced({ ...vars, img: 'x);color:red' })).toEqual({ MM411: [], MM431: ['img'], MM435: [] });
});

test('srcset.html: each candidate is an address of its own', () => {
  const vars = { a: 'https://i.example/a.png', b: 'https://i.example/b.png' };
  expect(render('srcset.html', vars).html).toBe(
    '<img alt="" srcset="https://i.example/a.png 1x, https://i.example/b.png 2x" src="https://i.example/a.png">',
  );
});

const FOOTER = /<p style="margin:24px 0[^>]*><a href="https:\/\/u\.example\/TOKEN">Unsubscribe<\/a><\/p>/;
const sent = (file: string) => {
  const urls = { unsubscribeUrl: mail.unsubscribeUrl, preferencesUrl: mail.preferencesUrl, token: 'TOKEN' };
  const footer = footerOf(urls, { '': 'Unsubscribe' });
  return compileTemplate(content(file)).render({ vars: { name: 'Ann' }, mail, footer });
};

test('comment-unsubscribe.html: a link in a comment is no visible link', () => {
  expect(sent('comment-unsubscribe.html').html).toMatch(FOOTER);
});

test('body-in-comment.html: the footer is in the body', () => {
  const { html } = sent('body-in-comment.html');
  expect(html).toMatch(FOOTER);
  expect(html).toMatch(/Unsubscribe<\/a><\/p><\/body><!-- <\/body> --><\/html>$/);
});

test('preheader-class.html: the text does not begin with hidden words', () => {
  expect(render('preheader-class.html', { name: 'Ann' }).text).toBe('Hello Ann\n');
});

test('url-twice.html: the text has the address once', () => {
  expect(render('url-twice.html', { url: 'https://x.example/a' }).text).toBe('https://x.example/a\n');
});

const problems = (file: string) => built(file).problems.map(({ code, message }) => `${code}: ${message}`);

test('foreign-mailchimp.html: tags of another system would be printed', () => {
  expect(problems('foreign-mailchimp.html')).toEqual(
    ['*|FNAME|*', '*|IF:VIP|*', '*|END:IF|*', '*|UNSUB|*'].map((tag) =>
      expect.stringContaining(`MM225: /t/welcome/body.html, line 1: got ${tag}, a tag of Mailchimp`),
    ),
  );
});

test('foreign-liquid.html: the messages say what to write instead', () => {
  expect(problems('foreign-liquid.html')).toEqual([
    expect.stringContaining('got {% if vip %}, a tag of Liquid or Jinja'),
    expect.stringContaining('got {% endif %}'),
  ]);
});

test('handlebars-if.html: the message says that it is Handlebars', () => {
  expect(problems('handlebars-if.html')).toEqual([
    'MM205: /t/welcome/body.html, line 1: got {{#if vip}}, which is Handlebars; write {{#vip}}…{{/vip}}, and {{^vip}}…{{/vip}} for {{else}}',
    'MM205: /t/welcome/body.html, line 1: got {{else}}, which is Handlebars; close the section and write {{^column}}…{{/column}}',
  ]);
});

test('relative-image.html: nobody can load it from an email', () => {
  expect(problems('relative-image.html')).toEqual([
    expect.stringContaining('MM260: /t/welcome/body.html, line 1: got src="img/logo.png", a relative address'),
    expect.stringContaining('MM260: /t/welcome/body.html, line 1: got href="/shop", a relative address'),
  ]);
});

test('link-rel.html: warned of, and sent', () => {
  const { problems: errors, warnings } = built('link-rel.html');
  expect(errors).toEqual([]);
  expect(warnings).toContainEqual({ code: 'MM262', message: expect.stringContaining('<link rel="stylesheet">') });
});

test.each([
  ['{{this}}', 'write the name of a column'],
  ['{{this.name}}', 'write {{name}}'],
  ['{{../name}}', 'write {{name}}'],
  ['{{@index}}', 'write the name of a column'],
  ['{{else if vip}}', 'close the section and write {{^column}}…{{/column}}'],
])('MM205: %s is Handlebars', (tag, instead) => {
  expect(buildTemplate(sources({ 'subject.txt': 's', 'body.txt': tag })).problems).toEqual([
    { code: 'MM205', message: `/t/welcome/body.txt, line 1: got ${tag}, which is Handlebars; ${instead}` },
  ]);
});

test('a column may be named as a word of Handlebars begins', () => {
  const body = '{{this week}} {{elsewhere}}';
  expect(buildTemplate(sources({ 'subject.txt': 's', 'body.txt': body })).problems).toEqual([]);
});

test('braces of a style sheet and of other delimiters are no tags of another system', () => {
  const html = '{{=<% %>=}}<style>@media x{#a{top:0}#b{left:0}} a{%x%}</style><p><% name %> 100 %} {% {{</p>';
  expect(buildTemplate(sources({ 'subject.txt': 's', 'body.html': html })).problems).toEqual([]);
});
