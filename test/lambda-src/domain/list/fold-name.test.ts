import fc from 'fast-check';
import { foldName } from '../../../../lambda-src/domain/list/fold-name';
import { trimCell } from '../../../../lambda-src/domain/list/trim';

test.each([
  ['First Name', 'first_name'],
  ['first_name', 'first_name'],
  ['  First \u00a0 NAME\u200b', 'first_name'],
  ['E-Mail', 'e_mail'],
  ['Pre\u0301nom', 'pr\u00e9nom'],
  ['名前', '名前'],
  ['a.b', 'a_b'],
])('%j folds to %j', (name, folded) => {
  expect(foldName(name)).toBe(folded);
});

test('folding a folded name changes nothing', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (name) => foldName(foldName(name)) === foldName(name)));
});

test('a cell loses what cannot be seen at its ends and nothing else', () => {
  expect(trimCell('\u00a0\u200b\ufeff Ann\u200d Lee\t\u202c\r\n')).toBe('Ann\u200d Lee');
  expect(trimCell('\u3000\u2060')).toBe('');
  expect(trimCell('é')).toBe('é');
});
