import {
  baseName,
  localeOf,
  lookupChain,
  variantLocale,
  variantName,
} from '../../../../lambda-src/domain/template/locale';

test.each([
  ['de', 'de'],
  ['DE', 'de'],
  [' de ', 'de'],
  ['gsw', 'gsw'],
  ['pt_br', 'pt-BR'],
  ['pt-BR', 'pt-BR'],
  ['zh_hant_tw', 'zh-Hant-TW'],
  ['es-419', 'es-419'],
  // As operating systems write it.
  ['de_DE.UTF-8', 'de-DE'],
  ['de_DE.iso88591', 'de-DE'],
  ['en_US.', 'en-US'],
])('%j is the language %s', (text, locale) => {
  expect(localeOf(text)).toBe(locale);
});

test.each([
  '',
  'd',
  'germ',
  'deutsch',
  'de-',
  '-de',
  'de--DE',
  'de DE',
  'de-!',
  'de-abcdefghi',
  'd3',
  '12',
  'xde-DE!',
  'de.x!',
  'de.UTF-8.x',
])('%j is none', (text) => {
  expect(localeOf(text)).toBeUndefined();
});

test('a language is looked for from the closest to the widest', () => {
  expect(lookupChain('zh-Hant-TW')).toEqual(['zh-Hant-TW', 'zh-Hant', 'zh']);
  expect(lookupChain('de')).toEqual(['de']);
});

test('a variant’s name is that of its template and its language', () => {
  expect([variantName('welcome', 'de'), variantName('welcome', '')]).toEqual(['welcome/de', 'welcome']);
  expect([variantLocale('welcome/de'), variantLocale('welcome')]).toEqual(['de', '']);
  expect([baseName('welcome/de'), baseName('welcome')]).toEqual(['welcome', 'welcome']);
});
