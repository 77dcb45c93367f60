import * as fs from 'node:fs';
import { isRenewing } from '../support/renewing';
import { ACKNOWLEDGED, CHECKOV } from './acknowledged';
import { GRANTED } from './grants';
import { WHO } from './rights/right';
import { RIGHTS } from './rights/rights';

const PAGE = 'docs/security.md';

const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;
const table = (header: string[], rows: string[][]) =>
  [row(...header), row(...header.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');

/** Each between `<!-- name -->` and `<!-- /name -->`. */
const TABLES = {
  rights: table(
    ['what', 'action', 'who may'],
    RIGHTS.map(({ what, action, who }) => [what, `\`${action}\``, who.join(', ') || '**nobody**']),
  ),
  grants: table(
    ['what', 'action', 'who may by a grant'],
    GRANTED.map(({ what, action, who, key }) => [
      key ? `${what}, where there is one` : what,
      `\`${action}\``,
      who.map((grant) => `\`${grant}\``).join(', ') || '**nobody**',
    ]),
  ),
  'cdk-nag': table(
    ['finding', 'why it stays'],
    ACKNOWLEDGED.map(({ what, why }) => [what, why]),
  ),
  checkov: table(
    ['finding', 'why it stays'],
    CHECKOV.map(({ finding, what, why }) => [`${finding.split(' ')[0]}: ${what}`, why]),
  ),
};

function withTables(page: string): string {
  let made = page;
  for (const [name, content] of Object.entries(TABLES)) {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [before, rest] = made.split(begin);
    made = `${before}${begin}\n\n${content}\n\n${end}${rest.split(end)[1]}`;
  }
  return made;
}

test('the tables of docs/security.md are what is tested (`npx projen security-tables` writes them)', () => {
  const read = () => fs.readFileSync(PAGE, 'utf8');
  if (isRenewing(process.env)) fs.writeFileSync(PAGE, withTables(read()));
  const page = read();
  expect(page).toBe(withTables(page));
  expect(Object.keys(WHO).filter((who) => !page.includes(who))).toEqual([]);
});
