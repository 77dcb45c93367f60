import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Content, compileTemplate } from '../../../lambda-src/domain/template/template';
import { readTemplateFolder } from '../../../lambda-src/domain/template/template-files';
import { buildTemplate } from '../../../lambda-src/template-build/build-template';
import { sources } from '../../support/template-sources';

const mail = { campaign: 'bucket/may', template: 'welcome' };
const build = (html: string, files: Record<string, string> = {}, inlineCss?: boolean) => {
  const { variants, problems } = buildTemplate(sources({ 'subject.txt': 's', 'body.html': html, ...files }), {
    inlineCss,
  });
  expect(problems).toEqual([]);
  return withoutFooter(variants['']!);
};
/** What else is made of the HTML: the footer's place has a test of its own. */
const withoutFooter = (content: Content): Content => ({
  ...content,
  html: content.html?.replace('{{mail.footer}}', ''),
  htmlContexts: content.htmlContexts?.replace(/f$/, ''),
});
const problemsOf = (html: string) =>
  buildTemplate(sources({ 'subject.txt': 's', 'body.html': html })).problems.map(
    ({ code, message }) => `${code}: ${message}`,
  );
const render = (html: string, vars: Record<string, string>, files: Record<string, string> = {}) =>
  compileTemplate(build(html, files)).render({ vars, mail });

describe('a value is written as its place wants it', () => {
  test.each<[string, string, string]>([
    ['between tags', '<p>{{x}}</p>', 'h'],
    ['in an attribute', '<img alt="{{x}}">', 'h'],
    ['as a link', '<a href="{{x}}">', 'u'],
    ['as the beginning of one', "<a href=' {{x}}/more?y={{y}}'>", 'uq'],
    ['in a path', '<a href="https://example.com/{{x}}/z?y={{y}}#{{z}}">', 'pqq'],
    ['behind a section that may be empty', '<a href="{{#x}}https://{{/x}}{{y}}">', 'a'],
    ['in a section of its own', '<a href="{{#x}}{{.}}{{/x}}{{^x}}https://example.com{{/x}}">', 'u'],
    ['in the address of a mail', '<a href="mailto:{{x}}?subject={{y}}">', 'oq'],
    ['as a picture', '<td background="{{x}}"><img src="{{y}}"></td>', 'uu'],
    ['in a style', '<p style="color: {{x}}">', 'c'],
    ['in a style sheet', '<style>p { color: {{x}} } /* {{y}} */ @media (max-width: {{z}}px) {}</style>', 'CCC'],
    ['in an address of a style', '<p style="a:b; background: url(\'{{x}}\') url(https://x/{{y}}?{{z}})">', 'lmn'],
    ['in one of a style sheet', '<style>p{background:url({{x}}) url(https://{{y}}/)}</style>', 'LK'],
    ['as the host of a link', '<a href="https://{{x}}:{{y}}/{{z}}">', 'app'],
    ['in a srcset', '<img srcset="{{a}} 1x, {{b}}?{{c}} {{d}}x,{{e}} 3x">', 'uuqqu'],
    ['behind its width', '<img srcset="https://x/a,b.png 300w,{{a}}">', 'u'],
    ['in what Outlook reads', '<!--[if mso]><v:rect href="{{x}}" alt="{{y}}"><![endif]-->', 'uh'],
    ['in a comment', '<!-- {{x}} -->', 'h'],
    ['under other delimiters', '{{=<% %>=}}<a href="<% x %>">{{<% y %></a>', 'uh'],
  ])('%s', (_, html, letters) => {
    expect(build(html, {}, false).htmlContexts).toBe(letters);
  });

  test.each<[string, string, string]>([
    ['as a tag', '<p>\n<{{x}}>', 'line 2: got {{x}} as the name of a tag'],
    ['in a tag’s name', '<h{{x}}>', 'line 1: got {{x}} in the name of a tag'],
    ['as an attribute', '<p {{x}}>', 'line 1: got {{x}} as an attribute'],
    [
      'without quotation marks',
      '<a href={{x}}>',
      'line 1: got {{x}} in the attribute href, which has no quotation marks',
    ],
    ['in a script', '<script>{{x}}</script>', 'line 1: got {{x}} in a script'],
    ['in an event', '<p onclick="{{x}}">', 'line 1: got {{x}} in the attribute onclick, which is a script'],
    ['in a javascript address', '<a href="javascript:{{x}}">', 'line 1: got {{x}} in a javascript: address'],
    [
      'as a whole style',
      '<p style="{{x}}">',
      'line 1: got {{x}} as a declaration of CSS; write its property, as in "color: {{x}}"',
    ],
    [
      'as a declaration',
      '<style>p{color:red;{{x}}}</style>',
      'line 1: got {{x}} as a declaration of CSS; write its property, as in "color: {{x}}"',
    ],
    ['as a selector', '<style>.{{x}}{color:red}</style>', 'line 1: got {{x}} in a selector of CSS'],
    ['in a script’s address', '<p style="a:url(javascript:{{x}})">', 'line 1: got {{x}} in a javascript: address'],
    ['in what Outlook reads', '<!--[if mso]><p {{x}}><![endif]-->', 'line 1: got {{x}} as an attribute'],
  ])('%s it may not stand', (_, html, says) => {
    expect(problemsOf(html)).toEqual([`MM211: /t/welcome/body.html, ${says}`]);
  });

  test('a section may stand around an attribute', () => {
    expect(problemsOf('<p {{#x}}class="x"{{/x}}>{{#x}}{{.}}{{/x}}</p>')).toEqual([]);
  });
});

describe('the preheader', () => {
  const preheader = { 'preheader.txt': 'For {{name}} & all\n' };
  test('stands hidden before all words, and is told to previews', () => {
    const {
      html,
      preheader: told,
      text,
    } = render('<html><body class="a"><p>Hello</p></body></html>', { name: '<Ann>' }, preheader);
    expect(html).toMatch(
      /^<html><body class="a"><div style="display:none;[^"]*">For &lt;Ann&gt; &amp; all(&#847;&zwnj;&nbsp;){100}<\/div><p>Hello/,
    );
    expect(told).toBe('For <Ann> & all');
    expect(text).toBe('Hello\n');
  });

  test.each([
    ['a fragment', '<p>Hello</p>', /^<div style="display:none;/],
    ['no body tag', '<head><title>T</title></head><p>Hello</p>', /<\/head><div style="display:none;/],
    ['a hidden picture first', '<body><img style="display:none"><p>Hello</p>', /^<body><div style="display:none;/],
  ])('in %s', (_, html, found) => {
    expect(build(html, preheader).html).toMatch(found);
  });

  test.each([
    '<body>{{! head }}<center><div style="display: none">Mine</div></center><p>Hello</p>',
    '<body><div style="DISPLAY:NONE"><span>Mine</span></div>Hello',
  ])('does not stand beside the design’s own', (html) => {
    expect(build(html, preheader).html).not.toContain('For {{name}}');
  });
});

test('a preheader has no unescaped values', () => {
  const { problems } = buildTemplate(sources({ 'subject.txt': 's', 'body.html': 'x', 'preheader.txt': '{{{x}}}' }));
  expect(problems.map(({ code }) => code)).toEqual(['MM207']);
});

describe('style sheets are written into the elements', () => {
  const inline = (html: string) => build(html, {}, true).html;

  test('and nothing else changes, not by a byte', () => {
    const html = [
      '<!DOCTYPE html><HTML><head><style>.b { color: red; margin: 0 } /* {{note}} */</style></head>',
      '<!--[if mso]><p class="b">Outlook</p><![endif]-->',
      '<p   class=\'b\' {{#x}}title="{{x}}"{{/x}} >A &amp; B<br/>{{#x}}<b>{{.}}</b>{{/x}}',
      '<table><tr><td class=b>{{name}}</td></tr></table>',
      '</HTML>\r\n',
    ].join('\n');
    const styled = inline(html)!;
    expect(styled).toContain('<p style="color: red; margin: 0;"   class=\'b\' {{#x}}title');
    expect(styled).toContain('<td style="color: red; margin: 0;" class=b>');
    expect(styled.replaceAll(' style="color: red; margin: 0;"', '')).toBe(html);
  });

  test('by the cascade, and an element’s own style goes first', () => {
    expect(
      inline(
        '<style>p{color:red;margin:1px}.a{color:blue}</style><p class="a" style="margin:{{m}};font-family:&quot;A&quot;">',
      ),
    ).toContain(`<p class="a" style="color: blue; margin:{{m}};font-family:&quot;A&quot;">`);
    const own = `<style>p{color:red}</style><p title="style='x'" style='color:blue'>`;
    expect(inline(own)).toBe(own);
  });

  test('what media queries and states change of it insists', () => {
    const styled = inline(
      '<style>a{color:red;padding:1px}a:hover{color:blue;top:0}@media (max-width:9px){a{color:green;padding-left:0;left:0 !important}b{float:left}}</style><a>x</a>',
    );
    expect(styled).toContain('a:hover{color:blue!important;top:0}');
    expect(styled).toContain('a{color:green!important;padding-left:0!important;left:0 !important}b{float:left}');
  });

  test('unless the owner or a tool says otherwise', () => {
    const html = '<style>p{color:red}</style><body><p>a</p><p>b</p></body>';
    expect(build(html, {}, false).html).toBe(html);
    const made = '<style>p{color:red}</style><body><p style="color:blue">a</p><p style="margin:0">b</p></body>';
    expect(build(made).html).toBe(made);
    expect(build(made, {}, true).html).not.toBe(made);
    expect(build(html).html).not.toBe(html);
  });
});

describe('the text, where none is written', () => {
  test('is made of the HTML, with its tags', () => {
    const html = `<html><head><title>T</title><style>p{color:red}</style></head><body>
      <div style="display:none">hidden</div><h1>Dear {{first   name}}</h1>
      <p>A &amp; B, &#123;&#123;no tag}}, <a href="https://example.com/?q={{q}}">look</a> <img src="https://example.com/x.png" alt="A picture"></p>
      {{#town}}<p>in {{town}}</p>{{/town}}
      <table><tr><th>Offer</th><th>Price</th></tr>{{#vip}}<tr><td>Entry</td><td>free</td></tr>{{/vip}}</table></body></html>`;
    const { text } = build(html);
    expect(text).toBe(
      [
        'Dear {{first   name}}',
        '',
        'A & B, {{=<% %>=}}{{<%={{ }}=%>no tag}}, look <https://example.com/?q={{q}}> A picture',
        '',
        '{{#town}}',
        'in {{town}}',
        '{{/town}}',
        'Offer Price',
        '{{#vip}}',
        'Entry free',
        '{{/vip}}',
        '',
      ].join('\n'),
    );
    const rendered = render(html, { first_name: 'Ann <3', q: 'a&b', vip: 'yes', town: '' });
    expect(rendered.text).toBe(
      'Dear Ann <3\n\nA & B, {{no tag}}, look <https://example.com/?q=a%26b> A picture\n\nOffer Price\nEntry free\n',
    );
  });

  test('cannot be made where sections and elements cross', () => {
    const html = '<p>{{#x}}a</p><div style="display:none">{{/x}}</div>';
    expect(problemsOf(html)).toEqual([
      'MM213: /t/welcome/body.html: its sections begin and end in different places; write body.txt',
    ]);
    expect(build(html, { 'body.txt': 'mine' }).text).toBe('mine');
  });
});

describe('a design made with MJML', () => {
  const folder = path.join(__dirname, '../../fixtures/mjml/newsletter');
  const design = fs.readFileSync(path.join(folder, 'body.html'), 'utf8');
  const made = (inlineCss?: boolean) => {
    const { variants, problems } = buildTemplate(readTemplateFolder(folder), { inlineCss });
    expect(problems).toEqual([]);
    return withoutFooter(variants['']!);
  };

  test('goes through unchanged', () => {
    expect(made().html).toBe(design);
    expect(made(false).html).toBe(design);
  });

  test('and is rendered with nothing but its values in it', () => {
    const vars = {
      first_name: 'Zoë & "Jo"',
      city: '',
      shop_url: 'https://shop.example.com/a b',
      favourite: 'tea & cake',
      vip: 'yes',
      email: 'zoe@example.com',
    };
    const template = compileTemplate(made());
    expect(template.missing(vars)).toEqual([]);
    const { html, text } = template.render({ vars, mail });
    const expected = design
      .replaceAll('{{first name}}', 'Zoë &amp; &quot;Jo&quot;')
      .replace('{{#city}} in {{city}}{{/city}}', '')
      .replace('{{shop url}}?q={{favourite}}', 'https://shop.example.com/a%20b?q=tea%20%26%20cake')
      .replace('{{favourite}}', 'tea &amp; cake')
      .replace(/ *\{\{#vip\}\}\n/, '')
      .replace(/ *\{\{\/vip\}\}\n/, '')
      .replace('{{#vip}}', '')
      .replace(/\{\{\/vip\}\}\{\{\^vip\}\}.*\{\{\/vip\}\}/, '')
      .replace('{{mail.campaign}}', 'bucket%2Fmay')
      .replace('{{email}}', 'zoe@example.com');
    expect(html).toBe(expected);
    expect(text).toContain('Look around <https://shop.example.com/a%20b?q=tea%20%26%20cake>');
    expect(text).toContain('Offer Price\nEarly entry free\nSeeds 5 €');
  });

  test('with its style sheets written in where that is asked for, comments for Outlook stay', () => {
    const styled = made(true).html!;
    const comments = (html: string) => html.match(/<!--[\s\S]*?-->/g);
    expect(comments(styled)).toEqual(comments(design));
    expect(comments(design)!.length).toBeGreaterThan(10);
    const without = (html: string) => html.replace(/ style(="[^"]*")?(?=[\s>])/g, '').replaceAll('!important', '');
    expect(without(styled)).toBe(without(design));
    expect(styled).toContain('<a style="color: #0b7285;" href="https://www.example.com/?from={{mail.campaign}}"');
  });
});
