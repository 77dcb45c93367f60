import * as fs from 'node:fs';

/** Codes of `docs/errors.md` that users meet; those of running locally (9xx) are of this project's own tools. */
const codes = [...fs.readFileSync('docs/errors.md', 'utf8').matchAll(/^\| (MM[1-8]\d\d) \|/gm)].map(
  ([, code]) => code!,
);

test('every code is in a test that provokes it', () => {
  const tests = fs
    .globSync('test/!(floor|newest)/**/*.ts')
    .concat(fs.globSync('test/floor/*.ts'))
    .map((file) => fs.readFileSync(file, 'utf8'))
    .join('\n');
  expect(codes.length).toBeGreaterThan(150);
  expect(codes.filter((code) => !tests.includes(code))).toEqual([]);
});
