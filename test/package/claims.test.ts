import * as fs from 'node:fs';

interface Claim {
  readonly claim: string;
  readonly test: string;
  readonly name: string;
}

/** What the documentation says, word by word, and the test that fails where it is not so. */
const pages = Object.entries(
  JSON.parse(fs.readFileSync('test/package/claims.json', 'utf8')) as { [page: string]: Claim[] },
);
const words = (text: string) => text.replace(/\s+/g, ' ');
const read = (file: string) => words(fs.readFileSync(file, 'utf8'));

describe.each(pages)('%s', (page, claims) => {
  test.each(claims.map((one) => [one.claim, one] as const))('says: %s', (claim) => {
    expect(read(page)).toContain(claim);
  });

  test.each(claims.map((one) => [one.name, one] as const))('has the test: %s', (name, { test: file }) => {
    const source = read(file);
    // As it stands in the source: between quotes of any kind.
    expect(["'", '"', '`'].some((quote) => source.includes(`${quote}${name}${quote}`))).toBe(true);
  });
});
