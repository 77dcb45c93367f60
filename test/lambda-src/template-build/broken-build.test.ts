/** However broken a template is, the whole build makes only the edits that docs/templates.md names, or refuses it by a code. */
import * as fs from 'node:fs';
import * as fc from 'fast-check';
import { FOOTER_TAG } from '../../../lambda-src/domain/template/mail-values';
import { TEMPLATE_ERRORS } from '../../../lambda-src/domain/template/template-errors';
import { buildTemplate } from '../../../lambda-src/template-build/build-template';
import { SourceView } from '../../../lambda-src/template-build/source-view';
import { authoredHtml, brokenTemplate, type Node, parsed, rest, shape } from '../../support/broken-html';
import { sources } from '../../support/template-sources';

const PREHEADER = 'the-preheader';
const FOOTER = '<p id="the-footer">x</p>';

/** Removes the preheader, the footer and `ses:no-track` from a tree, and joins the texts around them. */
function withoutOurs(node: Node): Node {
  const isOurs = (child: Node): boolean => {
    if (!('tagName' in child)) return false;
    const first = child.childNodes[0];
    const preheader = child.tagName === 'div' && first?.nodeName === '#text' && 'value' in first;
    return (
      child.attrs.some(({ value }) => value === 'the-footer') ||
      (preheader === true && (first as { value: string }).value.startsWith(PREHEADER))
    );
  };
  if ('attrs' in node) node.attrs = node.attrs.filter(({ name }) => name !== 'ses:no-track');
  if ('content' in node) withoutOurs(node.content);
  if ('childNodes' in node) {
    const kept: typeof node.childNodes = [];
    for (const child of node.childNodes.filter((one) => !isOurs(one))) {
      const last = kept.at(-1);
      if (last && 'value' in last && 'value' in child) last.value += child.value;
      else kept.push(child);
      withoutOurs(child);
    }
    node.childNodes = kept;
  }
  return node;
}

const tree = (html: string) => JSON.stringify(shape(withoutOurs(parsed(html))));

/** Builds a template. Whether it is sent, and how often its links were marked. */
function check(html: string): { sent: boolean; marked: number; preheader: boolean } {
  const { variants, problems } = buildTemplate(
    sources({ 'subject.txt': 's', 'preheader.txt': PREHEADER, 'body.html': html, 'body.txt': 't' }),
    { inlineCss: true, clicks: true },
  );
  expect(problems.filter(({ code }) => !Object.hasOwn(TEMPLATE_ERRORS, code))).toEqual([]);
  const made = variants['']!.html;
  if (problems.length > 0 || made === undefined) return { sent: false, marked: 0, preheader: false };
  const source = new SourceView(html).text;
  const pieces = made.split(FOOTER_TAG);
  expect(pieces).toHaveLength(2);
  expect(tree(new SourceView(pieces.join(FOOTER)).text)).toBe(tree(source));
  const opened = new RegExp(`<div style="[^"]*">${PREHEADER}[^<]*</div>`).exec(pieces.join(''));
  const bytes = pieces
    .join('')
    .replace(opened?.[0] ?? '', '')
    .replaceAll(' ses:no-track', '');
  expect(rest(bytes)).toBe(rest(html));
  return { sent: true, marked: made.split(' ses:no-track').length - 1, preheader: opened !== null };
}

test('10,000 broken templates', () => {
  let [sent, marked, preheaders] = [0, 0, 0];
  fc.assert(
    fc.property(brokenTemplate, (html) => {
      const found = check(html);
      if (found.sent) sent += 1;
      if (found.preheader) preheaders += 1;
      marked += found.marked;
    }),
    { numRuns: 10_000, seed: 21 },
  );
  expect(sent).toBeGreaterThan(1000);
  expect(marked).toBeGreaterThan(500);
  expect(preheaders).toBeGreaterThan(500);
}, 600_000);

test.each(authoredHtml)('%s', (file) => {
  check(fs.readFileSync(file, 'utf8'));
});
