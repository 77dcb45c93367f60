import { withDeployTimeValues } from '../../../../lambda-src/functions/plan/deploy-time-values';

test('a document of synth gets what only the deployment knew, and stays JSON', () => {
  const document = JSON.stringify({ from: 'News <news@mailmatrix-later-0000>', to: ['mailmatrix-later-0001'] });
  const made = withDeployTimeValues(document, {
    'mailmatrix-later-0000': 'example.com',
    'mailmatrix-later-0001': '"Ann" $& \\ <ann@example.com>',
  });
  expect(JSON.parse(made)).toEqual({ from: 'News <news@example.com>', to: ['"Ann" $& \\ <ann@example.com>'] });
});

test('one that knew all stays as it is', () => {
  expect(withDeployTimeValues('{"a":"mailmatrix-later-0000"}', {})).toBe('{"a":"mailmatrix-later-0000"}');
});
