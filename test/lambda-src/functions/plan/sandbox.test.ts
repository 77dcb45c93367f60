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

test('with production access nobody is asked about', async () => {
  const ses = memorySes();
  await planned(list('a@other.example'), { ses });
  expect(ses.asked).toEqual(['example.com']);
});
