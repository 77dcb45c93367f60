import { StatusLine } from '../../../cli/shared/progress';

/** What a status line writes. */
function written(
  stderr: { readonly isTTY: boolean; readonly columns?: number },
  ...texts: readonly string[]
): string[] {
  const out: string[] = [];
  const line = new StatusLine({ stdout: { write: () => 0 }, stderr: { ...stderr, write: (text) => out.push(text) } });
  for (const text of texts) line.show(text);
  line.end();
  return out;
}

test('a line that changes stays one line in a narrow terminal', () => {
  const out = written({ isTTY: true, columns: 20 }, 'sending: about 1,000 of 2,000 recipients', 'settling');
  expect(out).toEqual(['\rsending: about 1,0…', `\r${'settling'.padEnd(19)}`, `\r${' '.repeat(8)}\r`]);
});

test('where nobody watches every line is whole, and each is said once', () => {
  const long = 'sending: about 1,000 of 2,000 recipients';
  expect(written({ isTTY: false }, long, long, 'settling')).toEqual([`${long}\n`, 'settling\n']);
});
