import * as fs from 'node:fs';
import { errorsPage, PAGE } from '../../scripts/errors';

test('docs/errors.md has every code in the source (`npx projen errors` writes it)', () => {
  expect(fs.readFileSync(PAGE, 'utf8')).toBe(errorsPage());
});
