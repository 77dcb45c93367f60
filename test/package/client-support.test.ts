import { readFileSync } from 'node:fs';
import { clientSupportTable, TABLE } from '../../scripts/client-support';

test('the table of CSS support is that of the package caniemail; `npx projen client-support` writes it', () => {
  expect(readFileSync(TABLE, 'utf8')).toBe(clientSupportTable());
});
