import { plainTerminal } from '../../../cli/shared/plain-terminal';
import { StatusLine } from '../../../cli/shared/progress';
import { historyLines } from '../../../cli/verbs/history';
import type { History } from '../../../lambda-src/domain/ledger/history';

/** Clears the screen, sets the window's title, writes over the line, hides text, turns its direction. */
const ANSI = '\u001b[2J\u001b]0;owned\u0007\rEverybody got their mail\u009b31m\u202e\u2028x\u0000\u0008';

function terminal(isTTY = true) {
  const out: string[] = [];
  const stream = (into: string[]) => ({ isTTY, write: (text: string) => void into.push(text) });
  const err: string[] = [];
  return {
    plain: plainTerminal({ stdout: stream(out), stderr: stream(err) }),
    out: () => out.join(''),
    err: () => err.join(''),
  };
}

test('ANSI in a campaign’s name, a reason or a cell moves no cursor of whoever runs the command', () => {
  const { plain, out, err } = terminal();
  const history: History = {
    recipient: 'digest',
    mailings: [],
    optOuts: [{ topic: ANSI, at: ANSI, source: 'page' }],
    lifted: [],
    trackingChoices: [],
  };
  plain.stdout.write(`${historyLines(`ann${ANSI}@example.org`, history)}\n`);
  plain.stderr.write(`MM713: there is no campaign ${ANSI}\n`);
  for (const text of [out(), err()]) {
    expect(text.replace(/\n/g, '')).not.toMatch(/[\p{Cc}\u202e\u2028]/u);
    expect(text).toContain('\\u001b[2J');
  }
});

test('JSON stays JSON, and says the same', () => {
  const { plain, out } = terminal(false);
  plain.stdout.write(`${JSON.stringify({ reason: ANSI }, undefined, 2)}\n`);
  expect(JSON.parse(out())).toEqual({ reason: ANSI });
  expect(out().replace(/\n/g, '')).not.toMatch(/[\p{Cc}\u202e\u2028]/u);
});

test('a line that tells how far it is still changes in its place, and names in it do not', () => {
  const { plain, err } = terminal();
  const line = new StatusLine(plain);
  line.show(`may${ANSI}: half`);
  line.end();
  expect(err().match(/\r/g)).toHaveLength(3);
  expect(err().replace(/\r/g, '')).not.toMatch(/\p{Cc}/u);
});

test('what is written as CSV keeps its line ends', () => {
  const { plain, out } = terminal(false);
  plain.stdout.write('a,b\r\nc,d\r\n');
  expect(out()).toBe('a,b\r\nc,d\r\n');
});
