import { planned, settings, template, templates } from './harness';

const COLUMNS = { fromNameColumn: 'Advisor', replyToColumn: 'answers to', maxInvalidPercent: 100 };
const plan = (rows: readonly string[], more = {}) =>
  planned(`email,name,advisor,Answers To\n${rows.join('\n')}\n`, { settings: settings({ ...COLUMNS, ...more }) });

test('each row brings its own From name and Reply-To; an empty cell leaves the template’s', async () => {
  const { recipients } = await plan([
    'a@example.com,Ann,"Zoë, of ""X""",Zoë <zoe@bücher.example>',
    'b@example.com,Bo,,',
    'c@example.com,Cy, Ben ,ben@example.com',
  ]);
  expect(recipients.map(({ fromName, replyTo }) => [fromName, replyTo])).toEqual([
    ['Zoë, of "X"', 'Zoë <zoe@bücher.example>'],
    [undefined, undefined],
    ['Ben', 'ben@example.com'],
  ]);
});

test.each([
  ['MM432', 'x'.repeat(101), ''],
  ['MM432', '"a\nBcc: b@example.com"', ''],
  ['MM432', '#N/A', ''],
  ['MM433', '', 'nobody'],
  ['MM433', '', 'a@example.com; b@example.com'],
  ['MM433', '', 'é@example.com'],
  ['MM433', '', 'a@localhost'],
  ['MM433', '', '"Ann\n <ann@example.com>"'],
])('%s: %j and %j make the row invalid', async (code, name, replyTo) => {
  const { skipped } = await plan([`a@example.com,Ann,${name},${replyTo}`, 'b@example.com,Bo,,']);
  expect(skipped.map((row) => [row.code, row.row])).toEqual([[code, 1]]);
});

test('a list without the columns is sent with the template’s', async () => {
  const { recipients } = await planned('email,name\na@example.com,Ann\n', { settings: settings(COLUMNS) });
  expect(recipients[0]).not.toHaveProperty('fromName');
  expect(recipients[0]).not.toHaveProperty('replyTo');
});

test('MM434: a subject that is longer than a line of an email makes its row invalid', async () => {
  const named = templates({ welcome: template({ subject: 'News for {{name}}' }) });
  const { skipped, recipients } = await planned(
    `email,name\na@example.com,${'x'.repeat(1500)}\nb@example.com,${'x'.repeat(980)}\n`,
    { settings: settings({ maxInvalidPercent: 100 }), templates: named },
  );
  expect(skipped.map(({ code }) => code)).toEqual(['MM434']);
  expect(recipients.map(({ to }) => to)).toEqual(['b@example.com']);
});
