/** A template that is too large or too deep is refused at once, by a code. */
import { buildTemplate } from '../../../lambda-src/template-build/build-template';
import { sources } from '../../support/template-sources';

const messages = (html: string, partials?: Record<string, string>) => {
  const begun = Date.now();
  const { problems } = buildTemplate(sources({ 'subject.txt': 's', 'body.html': html }, partials), { inlineCss: true });
  expect(Date.now() - begun).toBeLessThan(30_000);
  return problems.map(({ code, message }) => `${code}: ${message}`);
};
const doubling = Object.fromEntries(
  Array.from({ length: 25 }, (_, n) => [`p${n}.html`, n === 24 ? '' : `{{>p${n + 1}}}{{>p${n + 1}}}`]),
);
const rules = (count: number) => Array.from({ length: count }, (_, n) => `.c${n}{color:red}`).join('');

test.each<[string, string, Record<string, string> | undefined, string]>([
  [
    'partials that include two each, 25 deep',
    '{{>p0}}',
    doubling,
    'MM203: /t/welcome/body.html: partials and layouts must be included at most 1000 times',
  ],
  [
    'a large partial, often',
    '{{>p}}'.repeat(200),
    { 'p.html': 'x'.repeat(100_000) },
    'MM203: /t/welcome/body.html: must have at most 512000 bytes with its partials, got 1100000',
  ],
  [
    'elements within one another',
    `<p>\n${'<div>'.repeat(300)}`,
    undefined,
    'MM203: /t/welcome/body.html, line 2: elements must be nested at most 256 deep',
  ],
  [
    'elements that only some parsers close',
    '<a href="#">'.repeat(2000),
    undefined,
    'MM203: /t/welcome/body.html, line 1: at most 1024 elements may be open at once',
  ],
  [
    'sections within one another',
    '{{#a}}'.repeat(300) + '{{/a}}'.repeat(300),
    undefined,
    'MM203: /t/welcome/body.html: sections must be nested at most 256 deep, got 300',
  ],
  [
    'a design that grows',
    `<style>b{font-family:${'x'.repeat(200)}}</style>${'<b>x</b>'.repeat(5000)}`,
    undefined,
    'MM203: /t/welcome/body.html, line 1: must have at most 512000 bytes after inlining, got 1155230',
  ],
  [
    'many rules for many elements',
    `<style>${'b{color:red}'.repeat(5000)}</style>${'<b>x</b>'.repeat(5000)}`,
    undefined,
    'MM203: /t/welcome/body.html, line 1: elements times selectors of the style sheets must be at most 2000000, got 5004 × 5000',
  ],
])('%s', (_, html, partials, says) => {
  expect(messages(html, partials)).toEqual([expect.stringContaining(says)]);
});

test('rules for classes that no element has are no matter', () => {
  expect(messages(`<style>${rules(5000)}</style>${'<b class="a b">x</b>'.repeat(5000)}`)).toEqual([]);
});
