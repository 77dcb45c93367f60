import * as fs from 'node:fs';
import * as path from 'node:path';
import { errorsPage, PAGE } from '../../scripts/errors';
import { OUTCOMES } from '../../src/private/contract';

test('docs/errors.md has every code in the source (`npx projen errors` writes it)', () => {
  expect(fs.readFileSync(PAGE, 'utf8')).toBe(errorsPage());
});

test('docs/reports.md names every outcome of a row', () => {
  const table = fs.readFileSync('docs/reports.md', 'utf8');
  const named = [...table.matchAll(/^\| `(\w+)` +\|.*\|.*\|$/gm)].map(([, name]) => name);
  expect(named).toEqual(expect.arrayContaining([...OUTCOMES]));
});

const folder = (of: string) =>
  fs.readdirSync(of, { recursive: true, encoding: 'utf8' }).map((name) => path.join(of, name));
const pages = [
  ...[...fs.readdirSync('.'), ...folder('.github')].filter((file) => file.endsWith('.md') && file !== 'API.md'),
  ...folder('docs').filter((file) => file.endsWith('.md')),
];
const read = (file: string) => fs.readFileSync(file, 'utf8');
const withoutCode = (text: string) => text.replace(/^```[\s\S]*?^```/gm, '');

/** A heading's, as GitHub makes it. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');
const anchorsOf = (file: string) =>
  [...withoutCode(read(file)).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading!));

/** Links to other hosts are not looked at: a test without a network tells of the project alone. */
const OURS = /^https:\/\/github\.com\/mailmatrix\/cdk-mailmatrix\/(?:blob|tree)\/main\//;

function deadLinks(page: string): string[] {
  const targets = [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
  return targets.filter((target) => {
    if (/^[a-z]+:/.test(target) && !OURS.test(target)) return false;
    const [where = '', anchor] = target.split('#');
    const file = OURS.test(where)
      ? where.replace(OURS, '')
      : where === ''
        ? page
        : path.join(path.dirname(page), where);
    return !fs.existsSync(file) || (anchor !== undefined && !anchorsOf(file).includes(anchor));
  });
}

test.each(pages)('the links of %s lead somewhere', (page) => {
  expect(deadLinks(page)).toEqual([]);
});

test('every page that is named in the text is there', () => {
  const named = pages.flatMap((page) =>
    [...read(page).matchAll(/`((?:docs\/)?[a-zA-Z-]+\.md)`/g)].map(([, name]) => ({ page, name: name! })),
  );
  const missing = named.filter(
    ({ page, name }) => ![name, path.join('docs', name), path.join(path.dirname(page), name)].some(fs.existsSync),
  );
  expect(missing).toEqual([]);
});

test('README leads to every page under docs/', () => {
  const readme = read('README.md');
  expect(pages.filter((page) => /^docs\/[^/]+$/.test(page) && !readme.includes(page))).toEqual([]);
});

test('docs/architecture.md has every folder', () => {
  const table = read('docs/architecture.md').split('## Folders and import rules')[1]!.split('\n## ')[0]!;
  const named = new Set([...table.matchAll(/`(?:test\/)?([^`/]+)\//g)].map(([, room]) => room!));
  // What is made, and what only the project's own tools read.
  const made = [...read('.gitignore').matchAll(/^\/?([\w-]+)\/?$/gm)].map(([, name]) => name!);
  const other = new Set([...made, 'projenrc', 'rosetta']);
  const rooms = (of: string) =>
    fs.readdirSync(of, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  const all = [...rooms('.').filter((room) => !room.startsWith('.') && !other.has(room)), ...rooms('test')];
  expect(all.filter((room) => !named.has(room))).toEqual([]);
});

test('a decision has a number, its parts, code that it binds, and a line in the index', () => {
  const files = fs.readdirSync('docs/decisions').filter((file) => file !== 'index.md');
  const numbers = files.map((file) => /^(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1]);
  expect(numbers).not.toContain(undefined);
  expect(new Set(numbers).size).toBe(numbers.length);

  const linked = [...read('docs/decisions/index.md').matchAll(/\]\((\d{4}-[a-z0-9-]+\.md)\)/g)].map(([, file]) => file);
  expect(linked).toEqual(files.sort());
  for (const file of files) {
    const text = read(`docs/decisions/${file}`);
    const [, ...parts] = text.split(/^## /m).map((part) => part.split('\n', 1)[0]);
    expect([file, ...parts]).toEqual([file, 'Context', 'Decision', 'Consequences']);
    expect(text).toMatch(/^- \*\*Status:\*\* (accepted|replaced by \d{4})$/m);
    expect(text).toMatch(/^- \*\*Date:\*\* \d{4}-\d\d-\d\d$/m);
    const bound = /^- \*\*Binds:\*\* (.*)$/m.exec(text)?.[1] ?? '';
    const paths = [...bound.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
    expect(paths.filter((name) => !fs.existsSync(name))).toEqual([]);
    expect(paths).not.toEqual([]);
  }
});
