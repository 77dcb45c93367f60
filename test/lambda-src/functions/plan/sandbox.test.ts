import { memorySes } from '../../../support/memory-ses';
import { planned } from './harness';

const SANDBOX = { productionAccess: false, max24Hours: 200, sentLast24Hours: 0, maxPerSecond: 1 };
const list = (...addresses: string[]) => `email,name\n${addresses.map((address) => `${address},N\n`).join('')}`;

test('in the sandbox every recipient must be verified, by address or by a domain above it', async () => {
  const ses = memorySes(SANDBOX, { 'example.com': true, 'Ann@private.example': true, 'xn--bcher-kva.example': true });
  const { output, recipients } = await planned(
    list(
      'a@example.com',
      'b@mail.example.com',
      'Ann@private.example',
      'c@b\u00fccher.example',
      'success@simulator.amazonses.com',
    ),
    { ses },
  );
  expect(output.rejection).toBeUndefined();
  expect(recipients).toHaveLength(5);
  expect(ses.asked.filter((identity) => identity === 'mail.example.com')).toHaveLength(1);
});

test('who is not verified rejects the list, by number', async () => {
  const ses = memorySes(SANDBOX, { 'example.com': true, 'pending.example': false });
  const { output } = await planned(list('a@example.com', 'b@other.example', 'c@other.example', 'd@pending.example'), {
    ses,
  });
  expect(output.rejection).toEqual({
    code: 'MM334',
    message: expect.stringMatching(/in the sandbox.*3 of 4 recipients are not verified.*production access/),
  });
  expect(output.rejection?.message).not.toMatch(/other|pending/);
  expect(ses.asked.filter((identity) => identity === 'other.example')).toHaveLength(1);
});

test('more than the day has left is refused before anybody is asked about', async () => {
  const ses = memorySes({ ...SANDBOX, sentLast24Hours: 198 });
  const { output } = await planned(list('a@example.com', 'b@example.com', 'c@example.com'), { ses });
  expect(output.rejection).toEqual({
    code: 'MM333',
    message: expect.stringMatching(/2 more recipients today; the list has 3/),
  });
  expect(ses.asked).toEqual(['example.com']);
});

test.each([
  ['what the day has left exactly', 200, 198, undefined],
  ['one more than the day has left', 200, 199, /1 more recipients today; the list has 2/],
  ['a day that is overdrawn', 200, 201, /0 more recipients today/],
  ['half an email', 200, 198.5, /1 more recipients today/],
  ['an account without a quota, for which SES says -1', -1, 500, undefined],
])('a list of two, and %s', async (_what, max24Hours, sentLast24Hours, message) => {
  const ses = memorySes({ ...SANDBOX, max24Hours, sentLast24Hours }, { 'example.com': true });
  const { output } = await planned(list('a@example.com', 'b@example.com'), { ses });
  expect(output.rejection).toEqual(message && { code: 'MM333', message: expect.stringMatching(message) });
});

test('with production access nobody is asked about', async () => {
  const ses = memorySes();
  await planned(list('a@other.example'), { ses });
  expect(ses.asked).toEqual(['example.com']);
});
