import { type Given, planned, settings, template, templates } from './harness';

const named = { welcome: template(), spring: template(), autumn: template() };
const csv = 'email,name\nann@example.com,Ann\n';
const chosen = async (given: Given, text = csv) => {
  const { recipients, output } = await planned(text, { templates: templates(named), ...given });
  return output.rejection?.code ?? recipients.map((recipient) => recipient.template).join();
};
const metadata = { 'mailmatrix-template': 'spring' };

test('the upload\u2019s metadata goes before everything', async () => {
  const withColumn = 'email,name,t\nann@example.com,Ann,autumn\n';
  const given = { upload: { metadata }, key: 'campaigns/autumn/may.csv', settings: settings({ templateColumn: 't' }) };
  expect(await chosen({ ...given, templates: templates(named, 'welcome') }, withColumn)).toBe('spring');
  expect(await chosen({ upload: { metadata: { 'mailmatrix-template': 'winter' } } })).toBe('MM322');
});

test('the template column goes before the folder, row by row', async () => {
  const text =
    'email,name,T\na@example.com,A,autumn\nb@example.com,B, spring \nc@example.com,C,\nd@example.com,D,winter\n';
  const given = { key: 'campaigns/welcome/may.csv', settings: settings({ templateColumn: 't' }) };
  expect(await chosen(given, text)).toBe('autumn,spring,welcome');
  const { skipped } = await planned(text, { templates: templates(named), settings: given.settings });
  expect(skipped.map(({ row, code }) => [row, code])).toEqual([
    [3, 'MM407'],
    [4, 'MM407'],
  ]);
});

test('the first folder goes before the default, if it is a template\u2019s name', async () => {
  const given = { templates: templates(named, 'welcome') };
  expect(await chosen({ ...given, key: 'campaigns/spring/2026/may.csv' })).toBe('spring');
  expect(await chosen({ ...given, key: 'campaigns/winter/may.csv' })).toBe('welcome');
  expect(await chosen({ ...given, key: 'campaigns/spring' })).toBe('welcome');
});

test('the only template needs no choice; of several, one must be named', async () => {
  expect(await chosen({ templates: templates() })).toBe('welcome');
  expect(await chosen({})).toBe('MM321');
});

test('a template that no row gets asks nothing of the list', async () => {
  const demanding = { ...named, autumn: template({ text: '{{town}}' }) };
  const given = { templates: templates(demanding, 'welcome'), settings: settings({ templateColumn: 't' }) };
  expect(await chosen(given, 'email,name,t\na@example.com,A,\n')).toBe('welcome');
  expect(await chosen(given, 'email,name,t\na@example.com,A,\nb@example.com,B,autumn\n')).toBe('MM323');
});

describe('languages', () => {
  const inLanguages = {
    welcome: template({ locale: 'en' }),
    'welcome/de': template({ text: 'Liebe {{name}}' }),
    'welcome/pt': template(),
    'welcome/pt-BR': template({ text: '{{cidade}}' }),
  };
  const given = { templates: templates(inLanguages), settings: settings({ localeColumn: 'Language' }) };
  const rows = (...cells: string[]) =>
    `email,name,language,cidade\n${cells.map((cell, at) => `p${at}@example.com,P,${cell},Rio`).join('\n')}\n`;

  test('a row gets its own language, a wider one, or the template\u2019s own', async () => {
    const { recipients, document } = await planned(
      rows('de', 'DE_at.UTF-8', 'pt-BR', 'pt-PT', '', 'en-GB', 'fr'),
      given,
    );
    expect(recipients.map((recipient) => recipient.template)).toEqual([
      'welcome/de',
      'welcome/de',
      'welcome/pt-BR',
      'welcome/pt',
      'welcome',
      'welcome',
      'welcome',
    ]);
    expect(document.unknownLocales).toEqual({ fr: 1 });
  });

  test('what is no language is counted and not named, and so are many', async () => {
    const many = Array.from({ length: 30 }, (_, at) => `a${String.fromCharCode(97 + (at % 26))}-${100 + at}`);
    const { document, recipients } = await planned(rows('Ann Miller', ...many), given);
    expect(recipients).toHaveLength(31);
    const counts = document.unknownLocales!;
    expect(counts['not a language']).toBe(1);
    expect(Object.keys(counts)).toHaveLength(21);
    expect(counts.others).toBe(11);
  });

  test('each asks for the columns it names; a variant is nobody\u2019s choice by name', async () => {
    const without = 'email,name,language\na@example.com,A,pt-BR\n';
    expect((await planned(without, given)).output.rejection?.code).toBe('MM323');
    expect((await planned(without.replace('pt-BR', 'de'), given)).recipients).toHaveLength(1);
    const upload = { metadata: { 'mailmatrix-template': 'welcome/de' } };
    expect((await planned(without, { ...given, upload })).output.rejection?.code).toBe('MM322');
  });

  test('a list without the column gets the template\u2019s own', async () => {
    expect(await chosen(given)).toBe('welcome');
  });
});
