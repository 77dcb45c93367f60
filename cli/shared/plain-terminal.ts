import { escapeControlCharactersInLines } from '../../lambda-src/domain/text/escape-control-characters';
import type { Terminal } from './verb';

/**
 * Wraps a terminal so that names, reasons and cells cannot control it: control characters and direction marks are
 * written as their escape codes, which JSON reads as the same text.
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
      // Keeps the carriage returns with which a progress line redraws itself.
      write(text) {
        const [, before, within, behind] = (stderr.isTTY && /^(\r?)([\s\S]*?)(\r?)$/.exec(text)) || ['', '', text, ''];
        return stderr.write(`${before}${lines(within!)}${behind}`);
      },
    },
  };
}

/** Escapes the text line by line, and keeps CRLF line ends. */
const lines = (text: string): string => text.split('\r\n').map(escapeControlCharactersInLines).join('\r\n');
