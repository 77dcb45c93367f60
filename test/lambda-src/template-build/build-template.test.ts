import { buildTemplate } from '../../../lambda-src/template-build/build-template';
import { sources } from '../../support/template-sources';

const built = (files: Record<string, string>, partials?: Record<string, string>) => {
  const { variants, problems } = buildTemplate(sources(files, partials));
  expect(problems).toEqual([]);
  return variants;
};
const text = (body: string, partials: Record<string, string>) =>
  built({ 'subject.txt': 's', 'body.txt': body }, partials)[''].text;

describe('partials', () => {
  test('are of the part’s kind, and may hold partials', () => {
    const files = {
      'subject.txt': '{{> greeting }}',
      'body.html': '<b>{{>greeting}}</b>',
      'body.txt': '{{>greeting}}!',
    };
    const partials = {
      'greeting.txt': 'Dear {{>name}}\n',
      'greeting.html': '<i>Dear {{>name}}</i>',
      'name.txt': '{{first name}}',
      'name.html': '<u>{{first name}}</u>',
    };
    expect(built(files, partials)['']).toMatchObject({
      subject: 'Dear {{first name}}',
      html: '<b><i>Dear <u>{{first name}}</u></i></b>{{mail.footer}}',
      text: 'Dear {{first name}}\n!',
    });
  });

  test('on a line of their own, they take its place and its indentation', () => {
    expect(text('a\n  {{>p}}\nb', { 'p.txt': 'one\n\ntwo\n' })).toBe('a\n  one\n\n  two\nb');
    expect(text('a {{>p}} b', { 'p.txt': 'one\ntwo' })).toBe('a one\ntwo b');
  });

  test('keep delimiters of their own, and others’', () => {
    expect(text('{{=<% %>=}}<%a%> {{b}} <%>p%> <%c%>', { 'p.txt': '{{x}} {{=[ ]=}}[y]' })).toBe(
      '{{a}} {{=<% %>=}}{{<%={{ }}=%>b}} {{x}} {{y}} {{c}}',
    );
  });
});

describe('layouts, by inheritance', () => {
  const layout = { 'layout.txt': 'HEAD {{$title}}News{{/title}}\n{{$main}}\nnothing\n{{/main}}\nFOOT\n' };

  test('a block is put in the layout’s place, or the layout’s own stays', () => {
    expect(text('{{<layout}}\nignored\n{{$main}}\nHello {{name}}\n{{/main}}\n{{/layout}}\n', layout)).toBe(
      'HEAD News\nHello {{name}}\nFOOT\n',
    );
    expect(text('{{<layout}}{{$title}}Offers{{/title}}{{/layout}}', layout)).toBe('HEAD Offers\nnothing\nFOOT\n');
  });

  test('a layout may have a layout, and who inherits last has the last word', () => {
    const partials = {
      ...layout,
      'offers.txt': '{{<layout}}{{$title}}Offers{{/title}}{{$main}}{{$top}}top{{/top}} of offers{{/main}}{{/layout}}',
    };
    expect(text('{{<offers}}{{$top}}best{{/top}}{{/offers}}', partials)).toBe(
      'HEAD Offers\nbest of offers\nFOOT\n'.replace('offers\nFOOT', 'offersFOOT'),
    );
    expect(text('{{<offers}}{{$title}}Mine{{/title}}{{/offers}}', partials)).toContain('HEAD Mine');
  });

  test('a block with sections and partials of its own', () => {
    const partials = { ...layout, 'p.txt': '[{{x}}]' };
    expect(text('{{<layout}}{{$main}}{{#a}}{{>p}}{{/a}}{{/main}}{{/layout}}', partials)).toBe(
      'HEAD News\n{{#a}}[{{x}}]{{/a}}FOOT\n',
    );
  });
});

test('a section is closed by its column’s name, however it is written', () => {
  expect(text('{{#First Name}}{{#a b}}x{{/A_B}}{{.}}{{/first_name}}', {})).toBe(
    '{{#First Name}}{{#a b}}x{{/a b}}{{.}}{{/First Name}}',
  );
  const { problems } = buildTemplate(sources({ 'subject.txt': 's', 'body.txt': '{{#First Name}}{{/last name}}' }));
  expect(problems.map(({ code }) => code)).toEqual(['MM205']);
});

describe('languages', () => {
  const files = {
    'subject.txt': 'Hello',
    'body.txt': '{{>foot}}',
    'de/subject.txt': 'Hallo',
    'de/body.txt': '{{>foot}}',
    'pt_br/subject.txt': 'Olá',
    'pt_br/body.txt': '{{>foot}}',
  };

  test('are templates of their own, with partials of theirs', () => {
    const variants = built(files, { 'foot.txt': 'bye', 'de/foot.txt': 'tschüs', 'pt/foot.txt': 'tchau' });
    expect(Object.entries(variants).map(([locale, { subject, text }]) => [locale, subject, text])).toEqual([
      ['', 'Hello', 'bye'],
      ['de', 'Hallo', 'tschüs'],
      ['pt-BR', 'Olá', 'tchau'],
    ]);
  });

  test('have to be whole, and named as languages', () => {
    const { problems } = buildTemplate(
      sources({
        'subject.txt': 's',
        'body.txt': 't',
        'fr/body.txt': 't',
        'german/subject.txt': 's',
        'images/note.txt': 'n',
      }),
    );
    expect(problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'MM214: /t/welcome/german: got the folder "german" with texts, allowed are languages such as "de" and "pt-BR"',
      'MM202: /t/welcome/fr: subject.txt is missing or empty',
    ]);
  });
});

describe('mistakes are found, with file and line', () => {
  const body = (content: string) => ({ 'subject.txt': 's', 'body.html': content });
  test.each<[string, Record<string, string>, string]>([
    ['no subject', { 'body.txt': 'x' }, 'MM202: /t/welcome: subject.txt is missing or empty'],
    ['no body', { 'subject.txt': 's' }, 'MM202: /t/welcome: body.html and body.txt are both missing'],
    ['an open tag', body('<p>\n{{name</p>'), 'MM205: /t/welcome/body.html, line 2: Unclosed tag'],
    ['an open section', body('a\n{{#b}}\nc\nd'), 'MM205: /t/welcome/body.html, line 2: Unclosed section "b"'],
    ['a section closed twice', body('a\n\n{{/b}}'), 'MM205: /t/welcome/body.html, line 3: Unopened section "b"'],
    ['an open block', body('a\n{{$b}}\nc'), 'MM205: /t/welcome/body.html, line 2: Unclosed block "b"'],
    [
      'a tag without a name',
      body('{{ }}'),
      "MM205: /t/welcome/body.html, line 1: got {{}}, allowed is a column's name",
    ],
    [
      'a value of no section',
      body('{{.}}'),
      "MM205: /t/welcome/body.html, line 1: got {{.}}, allowed is a column's name",
    ],
    [
      'an unknown name of ours',
      body('\n{{mail.unknown}}'),
      'MM206: /t/welcome/body.html, line 2: got {{mail.unknown}}, allowed are {{mail.campaign}}, ',
    ],
    [
      'three braces in HTML',
      body('{{#a}}\n{{{b}}}{{/a}}'),
      'MM207: /t/welcome/body.html, line 2: got {{{b}}} or {{&b}}, which Handlebars and Mustache print unescaped',
    ],
    [
      'a line break in the subject',
      { 'subject.txt': 'a\nb', 'body.txt': 'x' },
      'MM209: /t/welcome/subject.txt, line 1: ',
    ],
    ['a preheader without HTML', { 'subject.txt': 's', 'body.txt': 'x', 'preheader.txt': 'p' }, 'MM212: /t/welcome: '],
    [
      'a part too large',
      body('x'.repeat(512_001)),
      'MM203: /t/welcome/body.html: must have at most 512000 bytes with its partials, got 512001',
    ],
  ])('%s', (_, files, says) => {
    const { problems } = buildTemplate(sources(files));
    expect(problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([expect.stringContaining(says)]);
  });

  test.each<[string, Record<string, string> | undefined, string]>([
    [
      'no partials at all',
      undefined,
      'MM208: /t/welcome/body.html, line 2: got {{>head}}, and there are no partials: there is no folder /t/_partials',
    ],
    [
      'an unknown partial',
      {},
      'MM208: /t/welcome/body.html, line 2: got {{>head}}, and there is no /t/_partials/head.html',
    ],
    [
      'one within a partial',
      { 'head.html': '\n\n{{>x}}' },
      'MM208: /t/_partials/head.html, line 3: got {{>x}}, and there is no /t/_partials/x.html',
    ],
    [
      'a circle',
      { 'head.html': '{{>b}}', 'b.html': '\n{{>head}}' },
      'MM210: /t/_partials/b.html, line 2: {{>head}} includes itself: /t/_partials/head.html',
    ],
    [
      'a mistake in a partial',
      { 'head.html': 'a\n{{mail.x}}' },
      'MM206: /t/_partials/head.html, line 2: got {{mail.x}}',
    ],
  ])('%s', (_, partials, says) => {
    const { problems } = buildTemplate(sources(body('a\n{{>head}}'), partials));
    expect(problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([expect.stringContaining(says)]);
  });

  test('all of them at once, and what follows a partial has its own line', () => {
    const { problems } = buildTemplate(
      sources(
        { 'subject.txt': '', 'body.html': '{{{a}}}{{>b}}\n{{mail.y}}', 'body.txt': '{{mail.x}}' },
        { 'b.html': '\n\n\n' },
      ),
    );
    expect(problems.map(({ code, message }) => `${code} ${message.split(':')[0]}`)).toEqual([
      'MM207 /t/welcome/body.html, line 1',
      'MM206 /t/welcome/body.html, line 2',
      'MM206 /t/welcome/body.txt, line 1',
      'MM202 /t/welcome',
    ]);
  });
});
