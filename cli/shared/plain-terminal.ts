import { escapeControlCharactersInLines } from '../../lambda-src/domain/text/escape-control-characters';
import type { Terminal } from './verb';

/**
 * A terminal on which no name, reason or cell does anything: what would move a cursor or turn the direction of a text is
 * written as its code. In JSON that is the same text.
 */
export function plainTerminal({ stdout, stderr, ask }: Terminal): Terminal {
  return {
    ...(ask ? { ask: (question: string) => ask(lines(question)) } : {}),
    stdout: { write: (text) => stdout.write(lines(text)) },
    stderr: {
      get isTTY() {
        return stderr.isTTY;
      },
      get columns() {
        return stderr.columns;
      },
      // A bar begins its line anew, and leaves it empty.
      write(text) {
        const [, before, within, behind] = (stderr.isTTY && /^(\r?)([\s\S]*?)(\r?)$/.exec(text)) || ['', '', text, ''];
        return stderr.write(`${before}${lines(within!)}${behind}`);
      },
    },
  };
}

/** With the line ends of a CSV file. */
const lines = (text: string): string => text.split('\r\n').map(escapeControlCharactersInLines).join('\r\n');
