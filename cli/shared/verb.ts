import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Where a verb speaks: results on `stdout`, everything for the eyes of somebody who waits on `stderr`. */
export interface Terminal {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
  /** Asks whoever sits there; absent where nobody does. */
  readonly ask?: (question: string) => Promise<string>;
}

/** A verb of the command; `cli/<verb>.ts` exports its parts and `main.ts` names it. */
export interface Verb {
  /** One line, for the list of verbs. */
  readonly summary: string;
  /** All that `--help` prints: how it is called, its options, an example. Its flags are public. */
  readonly usage: string;
  /** Its exit code: 0 yes or done, 1 no, 2 it could not be done. What is thrown is printed, and is a 2. */
  run(args: string[], terminal: Terminal): Promise<number>;
}

export type Options = NonNullable<ParseArgsConfig['options']>;

/** The options and operands of a verb; what it does not know is an error. */
export function parse<const O extends Options>(verb: string, args: string[], options: O) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new Error(`MM701: ${verb}: ${(error as Error).message}`);
  }
}

/** The one operand of a verb. */
export function onlyOperand(verb: string, what: string, operands: readonly string[]): string {
  const [one, ...more] = operands;
  if (one !== undefined && more.length === 0) return one;
  throw new Error(`MM701: ${verb}: got ${operands.length} ${what}s, allowed is one`);
}
