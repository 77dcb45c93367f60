import { hasWords } from '../../../../lambda-src/domain/template/empty';

const PREHEADER = (text: string) => `<div style="display:none;font-size:1px;mso-hide:all">${text}</div>`;

describe('a body of HTML', () => {
  test.each([
    ['a word', '<p>Hello</p>'],
    ['a picture', '<p><img src="https://i.example/a.png"></p>'],
    ['a video', '<video src="x"></video>'],
    ['a picture of Outlook', '<v:image src="x"/>'],
    ['a word beside a preheader', `${PREHEADER('News')}<p>Hello</p>`],
    ['a character that stands for another', '<p>&amp;</p>'],
  ])('with %s shows something', (_what, body) => {
    expect(hasWords(body, 'html')).toBe(true);
  });

  test.each([
    ['nothing', ''],
    ['tags alone', '<table><tr><td> \n </td></tr></table>'],
    ['a preheader alone', `<body>${PREHEADER('What is new this month')}</body>`],
    ['an empty preheader', PREHEADER('')],
    ['style sheets, scripts and a title', '<title>News</title><style>p { x: y }</style><script>a</script >'],
    ['a comment', '<!-- Hello\n -->'],
    ['a style sheet that does not end', '<style>p { content: "x" }'],
    ['a comment that does not end', '<!-- Hello'],
    ['spaces that are written out', '<p>&nbsp;&zwnj;&#8203;&#847;\u034f\u00ad\u200b</p>'],
  ])('with %s shows nothing', (_what, body) => {
    expect(hasWords(body, 'html')).toBe(false);
  });
});

test('a body of text shows what is neither space nor invisible', () => {
  expect(hasWords(' \n\u200b\u00a0', 'text')).toBe(false);
  expect(hasWords(' a ', 'text')).toBe(true);
  // There are no tags in text.
  expect(hasWords('<p>', 'text')).toBe(true);
});
