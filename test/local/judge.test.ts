import { type JudgedMail, judge } from '../../local/judge';
import type { Person } from '../../local/list';

const ann: Person = { to: 'ann@example.org', firstName: 'Ann <3', city: 'Oslo', note: '' };
const bob: Person = { to: 'bob@example.org', firstName: 'Bob', city: '', note: 'likes "plain" mail' };

const right = ({ to }: Person): JudgedMail =>
  to === ann.to
    ? {
        to: [to],
        subject: 'Welcome, Ann <3',
        text: 'Hello Ann <3,\n\ngood to have you with us in Oslo.',
        html: '<p>Hello Ann &lt;3,</p><p>good to have you with us in Oslo.</p>',
      }
    : {
        to: [to],
        subject: 'Welcome, Bob',
        text: 'Hello Bob,\n\ngood to have you with us.\n\nlikes "plain" mail',
        html: '<p>Hello Bob,</p><p>good to have you with us.</p>likes &quot;plain&#x22; mail',
      };

test('finds nothing in what is right', () => {
  expect(judge([ann, bob], [right(bob), right(ann)])).toEqual([]);
});

test.each<[string, JudgedMail[], RegExp]>([
  ['nobody got one', [right(bob)], /ann@example.org: got 0/],
  ['somebody got two', [right(ann), right(bob), right(bob)], /bob@example.org: got 2/],
  [
    'somebody else got one',
    [right(ann), right(bob), { ...right(bob), to: ['eve@example.org'] }],
    /eve@example.org: must not/,
  ],
  ['two share one', [{ ...right(ann), to: [ann.to, bob.to] }], /must not/],
  ['the subject is another one', [right(ann), { ...right(bob), subject: 'Welcome, Ann' }], /subject/],
  ['the text is of somebody else', [right(ann), { ...right(ann), to: [bob.to] }], /bob@example.org: the text/],
  [
    'the HTML lacks the note',
    [right(ann), { ...right(bob), html: right(bob).html!.replace('likes', '') }],
    /HTML does not say/,
  ],
  ['a value is not escaped', [right(bob), { ...right(ann), html: right(ann).text }], /unescaped/],
])('finds that %s', (_, mails, problem) => {
  expect(judge([ann, bob], mails).join('\n')).toMatch(problem);
});
