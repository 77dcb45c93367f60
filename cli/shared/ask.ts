import { createInterface } from 'node:readline/promises';
import type { Terminal } from './verb';

/** Asks whoever sits at the terminal; undefined where nobody does, as in a script. */
export const asker = ({ stdin, stderr }: Pick<NodeJS.Process, 'stdin' | 'stderr'>): Terminal['ask'] => {
  if (!stdin.isTTY || !stderr.isTTY) return undefined;
  return async (question) => {
    // On the error output, because results may be piped.
    const lines = createInterface({ input: stdin, output: stderr });
    try {
      return await lines.question(question);
    } finally {
      lines.close();
    }
  };
};

/** Whether the answer to a question is yes; undefined where nobody can be asked. */
export async function agrees(question: string, { ask }: Terminal): Promise<boolean | undefined> {
  if (!ask) return undefined;
  return /^y(es)?$/i.test((await ask(`${question} [y/N] `)).trim());
}
