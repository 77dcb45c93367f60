import { bounceWords, rowErrorWords } from '../../../../../lambda-src/functions/report/page/words';

test.each([
  ['General', undefined, 'refused, without a closer reason'],
  ['MailboxFull', undefined, 'the mailbox is full'],
  // What this version does not know is shown as SES says it.
  ['SomethingNew', undefined, 'SomethingNew'],
  ['constructor', undefined, 'constructor'],
  ['', undefined, 'no reason was given'],
  // The receiver's own code is closer than a kind that says nothing.
  ['General', '5.1.1', 'there is no such mailbox'],
  ['', '5.1.1', 'there is no such mailbox'],
  ['General', '4.2.2', 'the mailbox is full'],
  // And stands beside one that says something.
  ['MailboxFull', '4.1.1', 'the mailbox is full (there is no such mailbox)'],
  ['SomethingNew', '5.1.1', 'SomethingNew (there is no such mailbox)'],
  ['MailboxFull', '5.2.2', 'the mailbox is full'],
  ['General', '5.9.9', 'refused, without a closer reason'],
  ['', '5.9.9', 'no reason was given'],
])('a bounce of kind %j with status %j: %s', (kind, status, words) => {
  expect(bounceWords(kind, status)).toBe(words);
});

test('a row error that this version does not know leads to the list of errors', () => {
  expect(rowErrorWords('MM404')).not.toBe('see docs/errors.md');
  expect(rowErrorWords('MM420')).toContain('same recipient');
  expect(rowErrorWords('MM999')).toBe('see docs/errors.md');
});
