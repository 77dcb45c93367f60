import { similarName } from '../../../lambda-src/domain/similar-name';

const KNOWN = ['firstName', 'City', 'vip'];

test.each([
  ['firstname', 'firstName'],
  ['fristName', 'firstName'],
  ['FIRSTNAM', 'firstName'],
  ['firstNa', 'firstName'],
  ['firstN', undefined],
  ['ctiy', undefined],
  ['cit', 'City'],
  ['CITY', 'City'],
  ['vi', 'vip'],
  ['v', undefined],
  ['town', undefined],
])('%s is probably a slip of %s', (name, known) => {
  expect(similarName(name, KNOWN)).toBe(known);
});

test('among no names there is none', () => {
  expect(similarName('city', [])).toBeUndefined();
});
