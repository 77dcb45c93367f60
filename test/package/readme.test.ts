import * as fs from 'node:fs';
import * as path from 'node:path';

const readme = fs.readFileSync('README.md', 'utf8');
interface Member {
  readonly name: string;
  readonly optional?: boolean;
  readonly docs: { readonly default?: string };
}
const { types } = JSON.parse(fs.readFileSync('.jsii', 'utf8')) as {
  types: { [fqn: string]: { properties: Member[]; methods: Member[] } };
};

const section = (title: string): string => readme.split(`\n## ${title}\n`)[1].split('\n## ')[0];

test('the props and their defaults are the construct’s', () => {
  const rows = [...section('Default settings').matchAll(/^\| `(\w+)` +\| (.*?) +\|$/gm)].map(([, name, text]) => [
    name,
    text.replace(/^`([^`]*)`$/, '$1'),
  ]);
  const props = types['cdk-mailmatrix.BulkMailerProps'].properties.map(({ name, optional, docs }) => [
    name,
    optional ? (docs.default ?? '').replace(/^- /, '') : 'required',
  ]);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(props));
});

test('what you get back is all there is', () => {
  const named = section('What you get back').match(/(?<=`)[a-z]\w+(?=`)/g);
  const all = ['BulkMailer', 'MailerMetrics'].flatMap((name) => {
    const { properties, methods } = types[`cdk-mailmatrix.${name}`];
    return [...properties, ...methods].map((member) => member.name);
  });
  expect(named?.sort()).toEqual(all.sort());
});

test.each([
  ['python', 'mail_stack.py'],
  ['java', 'src/main/java/example/MailApp.java'],
  ['go', 'main.go'],
])('the example in %s is from the quickstart that is synthesised', (language, file) => {
  const source = fs.readFileSync(path.join('examples/quickstart', language, file), 'utf8');
  const [, block] = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(readme) ?? [];
  const lines = block.split('\n').filter((line) => line.trim());
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.filter((line) => !source.includes(line))).toEqual([]);
});

test('every file it names is there', () => {
  const named = [...readme.matchAll(/`((?:docs|examples)\/[\w./-]+|[A-Z]+\.md)`/g)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(4);
  expect(named.filter((name) => !fs.existsSync(name))).toEqual([]);
});
