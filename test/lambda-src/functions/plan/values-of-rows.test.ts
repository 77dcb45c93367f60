import { planned, settings, template, templates } from './harness';

const all = { settings: settings({ maxInvalidPercent: 100, localeColumn: 'language', templateColumn: 'template' }) };

describe('a section of a template', () => {
  const vip = (rows: string, falseValues?: string[]) =>
    planned(`email,name,vip\n${rows}`, {
      templates: templates({
        welcome: template({ text: '{{#vip}}{{gift}}{{/vip}}Dear {{name}}', falseValues, defaults: { gift: 'tea' } }),
      }),
    });

  test('a column of yes and no is warned of, with its words for no that show the section', async () => {
    const { document } = await vip('a@example.com,A,yes\nb@example.com,B,No\nc@example.com,C,0\nd@example.com,D,\n');
    expect(document.yesNoSections).toEqual({ vip: ['no', '0'] });
  });

  test.each([
    ['words for no that are named', 'a@example.com,A,yes\nb@example.com,B,NO\n', ['no']],
    ['FALSE, as spreadsheets write it', 'a@example.com,A,TRUE\nb@example.com,B,FALSE\n', undefined],
    ['the country of a column', 'a@example.com,A,NO\nb@example.com,B,SE\n', undefined],
    ['yes alone', 'a@example.com,A,yes\n', undefined],
  ])('%s: no warning', async (_, rows, falseValues) => {
    expect((await vip(rows, falseValues)).document).not.toHaveProperty('yesNoSections');
  });
});

test('MM436: a row whose subject or whole body would be empty is invalid', async () => {
  const named = templates({
    subject: template({ subject: '{{#name}}Hello {{name}}{{/name}}', text: 't' }),
    text: template({ subject: 's', text: ' {{#name}}Dear {{name}}{{/name}}\n' }),
    html: template({
      subject: 's',
      text: '{{#name}}Dear {{name}}{{/name}}',
      html: '<style>p{color:red}</style><!-- {{#x}}x{{/x}} --><p>&nbsp;{{#name}}Dear {{name}}{{/name}}</p>',
      htmlContexts: 'hh',
      defaults: { x: 'x' },
    }),
    picture: template({
      subject: 's',
      text: undefined,
      html: '<p><img src="a.png" alt="">{{#name}}{{name}}{{/name}}</p>',
      htmlContexts: 'h',
    }),
    words: template({ text: 'Hello{{#name}} {{name}}{{/name}}', subject: 'x' }),
  });
  const rows = ['subject', 'text', 'html', 'picture', 'words'].map(
    (name) => `${name}@example.com,,${name},\n${name}2@example.com,Ann,${name},\n`,
  );
  const { skipped, recipients } = await planned(`email,name,template,language\n${rows.join('')}`, {
    ...all,
    templates: named,
  });
  expect(skipped.map(({ code, row }) => [code, row])).toEqual([
    ['MM436', 1],
    ['MM436', 3],
    ['MM436', 5],
  ]);
  expect(recipients).toHaveLength(7);
});

test('a recipient carries the language in which filters format values', async () => {
  const filtered = template({ text: '{{amount | number}}' });
  const named = templates({
    plain: template(),
    any: filtered,
    english: { ...filtered, locale: 'en' },
    'english/de': { ...filtered, locale: 'en' },
  });
  const rows = [
    ['plain', 'de-CH', undefined],
    ['any', 'de_ch', 'de-CH'],
    ['any', '', ''],
    ['english', 'de-CH', 'de-CH'],
    ['english', 'en-GB', 'en-GB'],
    ['english', 'fr', 'en'],
    ['english', '', 'en'],
    ['english', 'nonsense!', 'en'],
  ] as const;
  const csv = rows.map(([name, language], at) => `p${at}@example.com,P,${name},${language},5\n`).join('');
  const { recipients } = await planned(`email,name,template,language,amount\n${csv}`, { ...all, templates: named });
  expect(recipients.map(({ locale }) => locale)).toEqual(rows.map(([, , locale]) => locale));
});

test('MM435: a value that its filter cannot read is named, unless its section does not show', async () => {
  const { skipped, recipients } = await planned(
    'email,name,Amount,vip\na@example.com,A,12.50,yes\nb@example.com,B,"1,250",yes\nc@example.com,C,?,FALSE\n',
    {
      templates: templates({ welcome: template({ text: '{{#vip}}{{amount | currency: "EUR"}}{{/vip}} {{name}}' }) }),
      ...all,
    },
  );
  expect(skipped).toEqual([
    expect.objectContaining({ row: 2, code: 'MM435', reason: expect.stringMatching(/: "Amount"$/) }),
  ]);
  expect(recipients.map(({ row }) => row)).toEqual([1, 3]);
});
