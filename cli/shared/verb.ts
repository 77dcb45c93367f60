import { type ParseArgsConfig, parseArgs } from 'node:util';

/** The output of a verb: results on `stdout`, progress and warnings on `stderr`. */
export interface Terminal {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
  /** Asks the user a question; undefined without a terminal. */
  readonly ask?: (question: string) => Promise<string>;
}

/** A verb of the command. `cli/verbs/<verb>.ts` exports its members, and `main.ts` lists it. */
export interface Verb {
  /** The line in the list of verbs. */
  readonly summary: string;
  /** The text of `--help`: usage, options, exit codes, an example. Flags are public API. */
  readonly usage: string;
  /** Runs the verb and returns the exit code: 0 yes or done, 1 no, 2 failed. An error is printed and exits with 2. */
  run(args: string[], terminal: Terminal): Promise<number>;
}

export type Options = NonNullable<ParseArgsConfig['options']>;

/** Parses a verb's options and operands; throws MM701 on an unknown option. */
export function parse<const O extends Options>(verb: string, args: string[], options: O) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new Error(`MM701: ${verb}: ${(error as Error).message}`);
  }
}

/** Returns the only operand of a verb; throws MM701 unless there is exactly one. */
export function onlyOperand(verb: string, what: string, operands: readonly string[]): string {
  const [one, ...more] = operands;
  if (one !== undefined && more.length === 0) return one;
  throw new Error(`MM701: ${verb}: got ${operands.length} ${what}s, allowed is one`);
}
