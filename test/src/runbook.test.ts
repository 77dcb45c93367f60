import * as fs from 'node:fs';
import * as path from 'node:path';

const runbook = fs.readFileSync('docs/runbook.md', 'utf8');
const queries = [...runbook.matchAll(/^```\n([\s\S]*?)^```/gm)].map(([, query]) => query);
const source = fs
  .readdirSync('lambda-src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => fs.readFileSync(path.join('lambda-src', file), 'utf8'))
  .join('\n');

test('there are queries', () => {
  expect(queries.length).toBeGreaterThan(8);
});

test.each(queries.map((query) => [query]))('what the functions log is what is asked for: %s', (query) => {
  for (const [, message] of query.matchAll(/message = "([^"]+)"/g)) {
    expect(source).toContain(`'${message}'`);
  }
  for (const [, code] of query.matchAll(/message like \/(MM\d+)\//g)) expect(source).toContain(code);
});

/** The others are logged by a run: test/wiring/functions.test.ts looks at what it logs. */
test.each([
  ['throttled', ['share']],
  ['stopped', ['kind', 'reason']],
])('"%s" has the fields that are asked for: %s', (message, fields) => {
  const [query] = queries.filter((one) => one!.includes(`message = "${message}"`));
  const [call] = new RegExp(`\\.(info|warn|error)\\(\\s*'${message}'[^;]*;`).exec(source) ?? [];
  for (const field of fields) {
    expect(query).toContain(field);
    expect(call).toMatch(new RegExp(`\\b${field}\\b`));
  }
});
