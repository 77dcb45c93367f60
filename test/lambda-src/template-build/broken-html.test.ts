/** However broken a document is: its bytes go out as they are but for the edits that docs/templates.md names. */
import * as fs from 'node:fs';
import * as fc from 'fast-check';
import { inlineCss } from '../../../lambda-src/template-build/inline-css';
import { authoredHtml, brokenHtml, parsed, rest, shape } from '../../support/broken-html';

/** Whether the document was changed, and in nothing but what it may be. */
function check(html: string): boolean {
  const made = inlineCss(html, true);
  if (made === html) return false;
  expect(JSON.stringify(shape(parsed(made)))).toBe(JSON.stringify(shape(parsed(html))));
  expect(rest(made)).toBe(rest(html));
  return true;
}

test('10,000 broken documents', () => {
  let edited = 0;
  fc.assert(
    fc.property(brokenHtml, (html) => {
      if (check(html)) edited += 1;
    }),
    { numRuns: 10_000, seed: 21 },
  );
  expect(edited).toBeGreaterThan(5000);
}, 120_000);

test.each(authoredHtml)('%s', (file) => {
  check(fs.readFileSync(file, 'utf8'));
});
