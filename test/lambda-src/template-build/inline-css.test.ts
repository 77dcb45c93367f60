import { parseDocument } from 'htmlparser2';
import { inlineCss } from '../../../lambda-src/template-build/inline-css';

const built = (css: string, tag: string) => {
  const made = inlineCss(`<style>p{${css}}</style>${tag}x</p>`, true);
  const [element] = parseDocument(/<p[^>]*>/.exec(made)![0]).children as unknown as { attribs: { style?: string } }[];
  return element!.attribs.style;
};

// Whatever quotation marks stand around it, a program reads the style that the sheet gives.
test.each([
  ['marks in no attribute', 'font-family:"A B"', '<p>', `font-family: 'A B';`],
  ['an apostrophe in no attribute', `font-family:"A'B"`, '<p>', `font-family: "A'B";`],
  ['marks in a double-quoted one', 'font-family:"A B"', '<p style="color:red">', `font-family: 'A B'; color:red`],
  [
    'an apostrophe in a double-quoted one',
    `font-family:"A'B"`,
    '<p style="color:red">',
    `font-family: "A'B"; color:red`,
  ],
  ['marks in a single-quoted one', 'font-family:"A B"', `<p style='color:red'>`, `font-family: 'A B'; color:red`],
  [
    'an apostrophe in a single-quoted one',
    `font-family:"A'B"`,
    `<p style='color:red'>`,
    `font-family: "A'B"; color:red`,
  ],
  ['an ampersand', 'background:url(a?b&amp=c)', '<p>', 'background: url(a?b&amp=c);'],
])('%s', (_what, css, tag, style) => {
  expect(built(css, tag)).toBe(style);
});
