/** A body in which a recipient sees no link to unsubscribe gets the footer, where it can be seen. */
import { compileTemplate, linksToPreferences } from '../../../lambda-src/domain/template/template';
import { buildTemplate } from '../../../lambda-src/template-build/build-template';
import { sources } from '../../support/template-sources';

const mail = {
  campaign: 'may',
  template: 'welcome',
  unsubscribeUrl: 'https://u.example/T',
  preferencesUrl: 'https://p.example/T',
};
const footer = { html: '[footer]', text: 'Unsubscribe: https://u.example/T' };
const made = (html: string, vars: Record<string, string> = {}, files: Record<string, string> = {}) => {
  const { variants, problems } = buildTemplate(sources({ 'subject.txt': 's', 'body.html': html, ...files }));
  expect(problems).toEqual([]);
  return { ...compileTemplate(variants['']!).render({ vars, mail, footer }), content: variants['']! };
};
const URL = '{{mail.unsubscribeUrl}}';

test.each([
  ['a comment', `<p>x</p><!-- ${URL} -->`],
  ['what Outlook reads', `<p>x</p><!--[if mso]><a href="${URL}">leave</a><![endif]-->`],
  ['an element with hidden', `<div hidden><a href="${URL}">leave</a></div>`],
  ['display:none', `<p style="color:red; DISPLAY : none"><a href="${URL}">leave</a></p>`],
  ['display:none of a sheet', `<style>.h{display:none}</style><p class="h"><a href="${URL}">leave</a></p>`],
  ['visibility:hidden', `<p style="visibility:hidden"><a href="${URL}">leave</a></p>`],
  ['no opacity', `<p style="opacity:0.0"><a href="${URL}">leave</a></p>`],
  ['letters without size', `<p style="font-size:0px"><a href="${URL}">leave</a></p>`],
  ['letters without size, in short', `<p style="font:0/0 a"><a href="${URL}">leave</a></p>`],
  ['no height', `<div style="max-height:0;overflow:hidden"><a href="${URL}">leave</a></div>`],
  ['a link without words', `<a href="${URL}"></a>`],
  ['a link’s title', `<a href="https://x.example" title="${URL}">x</a>`],
  ['a picture', `<img src="${URL}">`],
  ['the head', `<html><head><link href="${URL}"></head><body>x</body></html>`],
  ['a section that does not show', `{{#vip}}<a href="${URL}">leave</a>{{/vip}}`],
])('where the address stands in %s', (_, html) => {
  const { html: sent, content } = made(html, { vip: '' });
  expect(sent).toContain('[footer]');
  expect(linksToPreferences(content)).toBe(html.includes('vip'));
});

test.each([
  ['a link', `<a href="${URL}">leave</a>`],
  ['a link to all topics', '<a href="{{ mail.preferencesUrl }}">leave</a>'],
  ['a link with a picture', `<a href="${URL}"><img src="https://i.example/x.png" alt="leave"></a>`],
  ['words', `<p>Leave: ${URL}</p>`],
  ['what all but Outlook read', `<!--[if !mso]><!--><a href="${URL}">leave</a><!--<![endif]-->`],
  [
    'letters with a size in a frame without',
    `<div style="font-size:0"><p style="font-size:14px"><a href="${URL}">leave</a></p></div>`,
  ],
  [
    'visible words in what is not',
    `<div style="visibility:hidden"><a style="visibility:visible" href="${URL}">leave</a></div>`,
  ],
  ['a section that shows', `{{#vip}}<a href="${URL}">leave</a>{{/vip}}`],
])('not where it stands in %s', (_, html) => {
  const { html: sent, content } = made(html, { vip: 'yes' });
  expect(sent).not.toContain('[footer]');
  expect(linksToPreferences(content)).toBe(true);
});

test.each([
  ['before the body’s end', '<html><body><p>x</p></body></html>', '<html><body><p>x</p>[footer]</body></html>'],
  ['before the end of a document without', '<html><body><p>x</p></html>', '<html><body><p>x</p>[footer]</html>'],
  ['at the end of a fragment', '<p>x</p>\n', '<p>x</p>\n[footer]'],
  ['not in a comment', '<body>x</body><!-- </body> -->', '<body>x[footer]</body><!-- </body> -->'],
  ['not in a section', '<body>x{{#a}}y</body>z{{/a}}', '<body>x[footer]'],
])('it stands %s', (_, html, sent) => {
  expect(made(html, { a: '' }, { 'body.txt': 'x' }).html).toBe(sent);
});

test.each(['<p>x</p><!-- open', '<p>x<style>p{}', '<div hidden>x'])('nowhere in %j, which is refused', (html) => {
  const { problems } = buildTemplate(sources({ 'subject.txt': 's', 'body.html': html }));
  expect(problems.map(({ code }) => code)).toEqual(['MM219']);
});

test('a text gets it by itself', () => {
  const files = { 'body.txt': 'Hello\n' };
  expect(made(`<a href="${URL}">leave</a>`, {}, files).text).toBe('Hello\n\nUnsubscribe: https://u.example/T\n');
  expect(made('x', {}, { 'body.txt': `Hello ${URL}` }).text).toBe('Hello https://u.example/T');
});

test('no author writes its place', () => {
  const { problems } = buildTemplate(sources({ 'subject.txt': 's', 'body.html': '{{mail.footer}}' }));
  expect(problems.map(({ code }) => code)).toEqual(['MM206']);
});
