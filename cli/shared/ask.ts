import { createInterface } from 'node:readline/promises';
import type { Terminal } from './verb';

/** A function that asks the user a question; undefined without a terminal, as in a script. */
export const asker = ({ stdin, stderr }: Pick<NodeJS.Process, 'stdin' | 'stderr'>): Terminal['ask'] => {
  if (!stdin.isTTY || !stderr.isTTY) return undefined;
  return async (question) => {
    // stderr, because stdout may be piped.
    const lines = createInterface({ input: stdin, output: stderr });
    try {
      return await lines.question(question);
    } finally {
      lines.close();
    }
  };
};

/** Asks a yes-or-no question; undefined without a terminal. */
export async function agrees(question: string, { ask }: Terminal): Promise<boolean | undefined> {
  if (!ask) return undefined;
  return /^y(es)?$/i.test((await ask(`${question} [y/N] `)).trim());
}
