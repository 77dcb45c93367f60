import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TEMPLATE_WARNINGS } from '../../../../lambda-src/domain/template/template-errors';
import { type BuildOptions, buildTemplate } from '../../../../lambda-src/template-build/build-template';
import { sources } from '../../../support/template-sources';

const lint = (html: string, options: BuildOptions = {}, partials?: Record<string, string>) => {
  const { problems, warnings } = buildTemplate(sources({ 'subject.txt': 's', 'body.html': html }, partials), options);
  return [...problems, ...warnings].map(({ code, message }) => `${code}: ${message}`);
};
/** The codes that a body gets beside its missing language. */
const codes = (html: string, options?: BuildOptions) =>
  lint(`<html lang="en">${html}`, options).map((message) => message.slice(0, 5));

describe('MM260: an address that leads nowhere', () => {
  test.each([
    ['an image', '<img src="img/logo.png" alt="" width="1">', 'src="img/logo.png"'],
    ['a link', '<a href="/shop">x</a>', 'href="/shop"'],
    ['a page without its scheme', '<a href="www.example.com">x</a>', 'href="www.example.com"'],
    ['a query', '<a href="?a=1">x</a>', 'href="?a=1"'],
    ['an area', '<map><area href="shop.html"></map>', 'href="shop.html"'],
    ['a background', '<table background="bg.png"><tr><td>x</table>', 'background="bg.png"'],
    [
      'a candidate of srcset',
      '<img srcset="https://e.org/a.png 1x, b.png 2x" src="https://e.org/a" alt width=1>',
      'srcset=',
    ],
    ['url() in a style', '<p style="background:url(bg.png)">x</p>', 'url(bg.png)'],
    ['url() in quotation marks', '<p style="background:url(&quot;bg.png&quot;)">x</p>', 'url(&quot;bg.png&quot;)'],
    ['url() in a sheet', "<style>p{background:url('bg.png')}</style><p>x", "url('bg.png')"],
    ['what only Outlook reads', '<!--[if mso]><v:fill src="bg.png"/><![endif]-->', 'src="bg.png"'],
    ['a value in a relative address', '<img src="img/{{name}}.png" alt="" width="1">', 'src="img/{{name}}.png"'],
    ['a file', '<img src="file:///C:/logo.png" alt="" width="1">', 'src="file:///C:/logo.png"'],
    ['a path of Windows', '<img src="C:\\logo.png" alt="" width="1">', 'src="C:\\logo.png"'],
    ['a share of Windows', '<img src="\\\\server\\logo.png" alt="" width="1">', 'src="\\\\server\\logo.png"'],
    ['an empty picture', '<img src="" alt="" width="1">', 'src=""'],
  ])('%s', (_, html, written) => {
    const errors = lint(`<html lang="en">\n${html}`).filter((message) => message.startsWith('MM260'));
    expect(errors).toEqual([expect.stringContaining(`MM260: /t/welcome/body.html, line 2: got ${written}`)]);
  });

  test.each([
    '<a href="https://example.com/{{path}}">x</a><a href="mailto:a@example.com">x</a><a href="tel:+41446681800">x</a>',
    '<a href="{{url}}">x</a><a href="{{#vip}}{{url}}{{/vip}}{{^vip}}https://example.com{{/vip}}">x</a>',
    '<a href="#contact">x</a><h2 id="contact">Contact</h2>',
    '<img src="data:image/png;base64,AAAA" alt="" width="1">',
    '<img srcset="https://e.org/a,b.png 1x,https://e.org/c.png 2x" src="{{img}}" alt="" width="1">',
    '<base href="https://example.com/"><a href="shop">x</a>',
    '<svg><use href="#a"/></svg><p style="background:none">url(x)</p>',
    '<!-- <img src="old.png"> --><p>x</p>',
  ])('%s is none', (html) => {
    expect(codes(html).filter((code) => code === 'MM260')).toEqual([]);
  });

  test('an email address as a link, with what to write', () => {
    expect(lint('<a lang="en" href="shop@example.com">x</a>')).toEqual([
      'MM260: /t/welcome/body.html, line 1: got href="shop@example.com", an email address. Write mailto: before it',
    ]);
  });

  test('cid: names an attachment, where the attachments are known', () => {
    const html = '<img src="cid:logo" alt="" width="1">';
    expect(codes(html)).toEqual([]);
    expect(codes(html, { contentIds: ['logo'] })).toEqual([]);
    expect(lint(`<html lang="en">${html}`, { contentIds: ['photo'] })).toEqual([
      expect.stringContaining('no attachment of the template has that contentId; its attachments have photo'),
    ]);
  });

  test('names the partial and its line', () => {
    expect(lint('<html lang="en">\n\n{{>foot}}', {}, { 'foot.html': 'x\n<a href="shop">x</a>' })).toEqual([
      expect.stringMatching(/^MM260: \/t\/_partials\/foot\.html, line 2: /),
    ]);
  });
});

test.each([
  ['MM261', '<a href="#">x</a>', '<a href="https://example.com">x</a>'],
  ['MM261', '<a href="">x</a>', '<a name="top">x</a>'],
  ['MM261', '<a href="javascript:void(0)">x</a>', '<a href="#top" id="top">x</a>'],
  ['MM262', '<link rel="stylesheet" href="style.css">', '<link rel="icon" href="icon.png">'],
  ['MM262', '<style>@import "style.css";</style>', '<style>p{color:red}</style>'],
  ['MM263', '<img src="{{x}}" width="1">', '<img src="{{x}}" width="1" alt="">'],
  ['MM264', '<img src="{{x}}" alt="">', '<img src="{{x}}" alt="" height="1">'],
  ['MM264', '<img src="{{x}}" alt="" class="a">', '<style>.a{width:9px}</style><img src="{{x}}" alt="" class="a">'],
  ['MM264', '<img src="{{x}}" alt="" style="border:0">', '<img src="{{x}}" alt="" style="border:0;width:1px">'],
  ['MM266', 'x'.repeat(95_000), 'x'.repeat(90_000)],
  ['MM268', '<p style="position:absolute">x</p>', '<p style="color:red">x</p>'],
  ['MM268', '<style>p{display:flex}</style><p>x</p>', '<style>p{display:block}</style><p>x</p>'],
  ['MM268', '<p style="width:calc(100% - 1px)">x</p>', '<style>@media (width<9px){p{float:left}}</style><p>x</p>'],
  ['MM269', '<a href="//example.com">x</a>', '<a href="https://example.com">x</a>'],
])('%s: %.60s, and not %.60s', (code, bad, good) => {
  expect(codes(bad)).toEqual([code]);
  expect(codes(good)).toEqual([]);
  expect(codes(bad, { acknowledged: [code] })).toEqual([]);
});

test('MM265: HTML without a language, with that of the texts', () => {
  const files = { 'subject.txt': 's', 'body.html': '<p>x', 'de/subject.txt': 's', 'de/body.html': '<html><p>x' };
  expect(buildTemplate(sources(files)).warnings).toEqual([
    {
      code: 'MM265',
      message: expect.stringContaining('/t/welcome/body.html, line 1: the HTML must name its language'),
    },
    { code: 'MM265', message: expect.stringMatching(/\/t\/welcome\/de\/body\.html, line 1: .*<html lang="de">/) },
  ]);
  expect(lint('<div lang="en">x</div>')).toEqual([]);
});

test('one message for all places with the same fault, each once for several languages', () => {
  const image = '<img src="https://example.com/a.png" width="1">';
  const files = {
    'subject.txt': 's',
    'body.html': `<html lang="en">\n${image}\n${image}{{>foot}}`,
    'de/subject.txt': 's',
    'de/body.html': '<html lang="de">{{>foot}}',
  };
  const { warnings } = buildTemplate(sources(files, { 'foot.html': `\n${image}` }));
  expect(warnings.map(({ message }) => message.replace(/: an image.*decoration/, ''))).toEqual([
    '/t/welcome/body.html, line 2; also line 3, /t/_partials/foot.html, line 2',
    '/t/_partials/foot.html, line 2',
  ]);
});

test('CSS is named by the clients that ignore it, once for each feature', () => {
  expect(
    lint('<html lang="en">\n<p style="float:left;top:0">x</p>\n<p style="position:fixed;float:left">x</p>'),
  ).toEqual([
    'MM268: /t/welcome/body.html, line 2: this CSS has no effect in Outlook for Windows: float',
    'MM268: /t/welcome/body.html, line 2: this CSS has no effect in Gmail, Outlook for Windows: top, position (line 3)',
  ]);
  expect(lint('<div lang="en" style="display:none;max-height:0;opacity:0">x</div><p>x</p>')).toEqual([]);
});

test('docs/templates.md has a row for every rule', () => {
  const page = readFileSync(join(__dirname, '../../../../docs/templates.md'), 'utf8');
  const section = page.slice(page.indexOf('## Checks of the HTML'), page.indexOf('## Languages'));
  const rows = [...section.matchAll(/^\| (MM\d{3}) /gm)].map(([, code]) => code);
  expect(rows).toEqual(['MM225', 'MM260', ...Object.keys(TEMPLATE_WARNINGS)]);
});
