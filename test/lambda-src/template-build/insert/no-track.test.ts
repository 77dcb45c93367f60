import { footerOf } from '../../../../lambda-src/domain/sending/unsubscribe';
import { withoutClickTracking } from '../../../../lambda-src/template-build/insert/no-track';

test.each([
  ['<a href="{{mail.unsubscribeUrl}}">x</a>', '<a ses:no-track href="{{mail.unsubscribeUrl}}">x</a>'],
  [
    '<A class="a"\nHREF=\'{{ Mail.preferencesurl }}#top\'>x</A>',
    '<A ses:no-track class="a"\nHREF=\'{{ Mail.preferencesurl }}#top\'>x</A>',
  ],
])('a link of the mailer is not tracked: %s', (html, made) => {
  expect(withoutClickTracking(html)).toBe(made);
});

test.each([
  '<a href="https://example.com/{{path}}">x</a>{{mail.unsubscribeUrl}}',
  '<a href="{{mail.unsubscribeUrl}}" ses:no-track>x</a>',
  '<!-- <a href="{{mail.unsubscribeUrl}}">x</a> -->',
  '</a href="{{mail.unsubscribeUrl}}">',
])('nothing else changes: %s', (html) => {
  expect(withoutClickTracking(html)).toBe(html);
});

test('the link of the footer neither, where clicks are tracked', () => {
  const urls = { unsubscribeUrl: 'https://u.example/T', preferencesUrl: 'https://p.example/T', token: 'T' };
  const html = (clicks?: boolean) => footerOf(urls, { '': 'Unsubscribe' }, '', clicks)!.html;
  expect(html(true)).toContain('<a ses:no-track href="https://u.example/T">');
  expect(html()).toContain('<a href="https://u.example/T">');
});
