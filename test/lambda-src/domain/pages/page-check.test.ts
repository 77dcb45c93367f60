import { checkPage } from '../../../../lambda-src/domain/pages/page-check';
import { PAGE_TEXTS, TEXT_NAMES } from '../../../../lambda-src/domain/pages/page-texts';
import { PAGE_TEMPLATE } from '../../../../lambda-src/functions/consent/page-template';

const codes = (source: string) => checkPage(source).map(({ code }) => code);

test('ours is one that an owner could have made', () => {
  expect(checkPage(PAGE_TEMPLATE)).toEqual([]);
});

test.each([
  ['{{#confirm}}', 'MM220'],
  [PAGE_TEMPLATE.replace('{{message}}', '{{message}} {{email}}'), 'MM220'],
  [PAGE_TEMPLATE.replace('{{title}}', '{{{title}}}'), 'MM220'],
  [PAGE_TEMPLATE.replace('{{title}}', '{{>title}}'), 'MM220'],
  [PAGE_TEMPLATE.replace(/method="post"/g, 'method="get"'), 'MM221'],
  [PAGE_TEMPLATE.replace('name="shown"', 'name="x"'), 'MM221'],
  [PAGE_TEMPLATE.replace('</main>', '<script>x</script></main>'), 'MM222'],
  [PAGE_TEMPLATE.replace('<main>', '<main style="color: red">'), 'MM222'],
])('a mistake is found', (source, code) => {
  expect(codes(source)).toContain(code);
});

test('every language has every word, and no other placeholders', () => {
  for (const texts of Object.values(PAGE_TEXTS)) {
    expect(Object.keys(texts).sort()).toEqual([...TEXT_NAMES].sort());
    for (const name of TEXT_NAMES) {
      const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
      expect([name, places(texts[name])]).toEqual([name, places(PAGE_TEXTS.en[name])]);
    }
  }
});
