import * as fs from 'node:fs';
import * as path from 'node:path';
/** Broken HTML as property tests draw it, and what of a document must stay as it is. */
import * as fc from 'fast-check';
import { type DefaultTreeAdapterMap, parse } from 'parse5';

export type Node = DefaultTreeAdapterMap['node'];
type Element = DefaultTreeAdapterMap['element'];

export const parsed = (html: string): DefaultTreeAdapterMap['document'] =>
  parse(html, { sourceCodeLocationInfo: true, scriptingEnabled: false });
const childrenOf = (node: Node): Node[] =>
  'content' in node ? [node.content] : 'childNodes' in node ? node.childNodes : [];
const isElement = (node: Node): node is Element => 'tagName' in node;

/** The tree as text, without style attributes and without what a sheet insists on. */
export function shape(node: Node): unknown {
  if ('value' in node) return { text: node.value.replaceAll('!important', '') };
  if ('data' in node) return { comment: node.data };
  if (!isElement(node)) return [node.nodeName, ...childrenOf(node).map(shape)];
  const attributes = node.attrs.filter(({ name }) => name !== 'style');
  return [node.namespaceURI, node.tagName, attributes, ...childrenOf(node).map(shape)];
}

/** The bytes, without the style attributes of start tags and without what a sheet insists on. */
export function rest(html: string): string {
  const styles = new Map<number, number>();
  const open: Node[] = [parsed(html)];
  for (let node = open.pop(); node; node = open.pop()) {
    open.push(...childrenOf(node));
    const found = isElement(node) ? node.sourceCodeLocation?.attrs?.style : undefined;
    // parse5 7.3 leaves the value out where another attribute follows it without a space.
    const end = (from: number) => /^style\s*=\s*("[^"]*"|'[^']*')/i.exec(html.slice(from))?.[0].length ?? 0;
    if (found) styles.set(found.startOffset, Math.max(found.endOffset, found.startOffset + end(found.startOffset)));
  }
  let result = '';
  let at = 0;
  for (const [from, to] of [...styles].sort(([a], [b]) => a - b)) {
    result += html.slice(at, from).replace(/[\s/]$/, '');
    at = to;
  }
  return (result + html.slice(at)).replaceAll('!important', '');
}

const words = fc.constantFrom(
  'a',
  ' ',
  '\n',
  '\r\n',
  '&amp;',
  '&copy',
  '<',
  '>',
  '"',
  "'",
  '\0',
  'é',
  '😀',
  ']]>',
  '</',
  '<!',
  '<?',
);
const name = fc.constantFrom(
  ...'p li ul ol table tr td tbody caption h1 h2 b i a font span div br img center select option button'.split(' '),
  ...'svg math mi mtext foreignObject desc title template form input body html head plaintext textarea'.split(' '),
  ...'script noscript iframe xmp image frameset hr dd dt nobr P Table'.split(' '),
);
const attribute = fc.constantFrom(
  ' class=x',
  ' class="x y"',
  " class='y'",
  ' CLASS = "x"',
  ' id=i',
  ' style="margin:0"',
  " style='margin:0;color:blue !important'",
  ' style=margin:0',
  ' STYLE = "font-family:&quot;A&quot;"',
  ' style',
  ' style=""',
  ' style="a" style="b"',
  '/',
  ' /',
  ' a=b a=c',
  '\r\nclass="x"\t',
  ' ="x',
  ' title=">"',
);
const startTag = fc.tuple(name, fc.array(attribute, { maxLength: 3 })).map(([tag, all]) => `<${tag}${all.join('')}>`);
const endTag = fc.tuple(name, fc.constantFrom('', ' ', '\n', ' class=x', '/')).map(([tag, more]) => `</${tag}${more}>`);
const special = fc.constantFrom(
  '</br>',
  '</p>',
  '<!-- c -->',
  '<!-->',
  '<!--->',
  '<!-- a --!>',
  '<!--[if mso]><p class="x">o</p><![endif]-->',
  '<!--[if !mso]><!--><p class="x">n</p><!--<![endif]-->',
  '<![CDATA[ <p> ]]>',
  '<svg><![CDATA[<p class=x>]]></svg>',
  '<svg><style>p{color:red}</style><p class=x>',
  '<p class="x',
  '<a href=x>1<a href=y>2',
  '<b>1<p>2</b>3',
  '<table><p>x<tr><td>y',
  '<style media="print">.x{display:none}</style>',
  '<style>p{left:0}',
  '<!DOCTYPE html>',
);
/** Mustache's tags, and the links that the build marks. */
const mustache = fc.constantFrom(
  '{{x}}',
  '{{#x}}<p class="x">{{/x}}',
  '{{^x}}y{{/x}}',
  '<a href="{{mail.unsubscribeUrl}}">u</a>',
  '<a class=x href="{{mail.preferencesUrl}}" style="left:0">',
  '<a\nhref="{{mail.unsubscribeurl}}"/>',
  '<p style="color:{{x}}">',
);
const css = fc.constantFrom(
  'p{color:red}',
  '.x{color:blue!important}b,.y{margin:1px;margin-left:2px}',
  '*{font-family:"A"}',
  'td:first-child{padding:0}li a:hover{color:green}',
  '@media (max-width:9px){p{color:green;margin:0}}',
  '[data-ogsc] p{color:#fff}',
  'br,tbody,html,body{top:0}',
  'p{color',
  '}} {',
  'svg,image,img{width:1px}',
);
const sheet = fc.array(css, { minLength: 1, maxLength: 4 }).map((rules) => `<style>${rules.join('\n')}</style>`);
export const brokenHtml: fc.Arbitrary<string> = fc
  .tuple(sheet, fc.array(fc.oneof(words, startTag, startTag, endTag, special, sheet), { minLength: 5, maxLength: 25 }))
  .map(([first, all]) => first + all.join(''));
export const brokenTemplate: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(fc.oneof(words, startTag, startTag, endTag, special, sheet, mustache, mustache), { maxLength: 25 }),
    sheet,
  )
  .map(([all, last]) => all.slice(0, 3).join('') + last + all.slice(3).join(''));

/** HTML bodies as their authors wrote them. */
export const authoredHtml: readonly string[] = ['templates', 'mjml/newsletter'].flatMap((name) => {
  const folder = path.join(__dirname, '../fixtures', name);
  return fs.readdirSync(folder).flatMap((file) => (file.endsWith('.html') ? [path.join(folder, file)] : []));
});
