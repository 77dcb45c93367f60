import type { ListEncodingName } from '../../../src/private/contract';
import type { Body } from '../ports';
import type { ListRejected } from './rejections';

export type OpenBody = () => Promise<Body>;

/**
 * How quotation marks are parsed. strict: as in RFC 4180. backslash: `\"` is a quotation mark inside a cell. relaxed:
 * those that do not enclose a whole cell are text. literal: all are text.
 */
export type Quotes = 'strict' | 'backslash' | 'relaxed' | 'literal';

/** Options learned while reading a list. */
export interface Learnt {
  readonly encoding?: ListEncodingName;
  /** Whether the encoding was detected from the bytes instead of set. */
  readonly encodingByBytes?: boolean;
  readonly quotes?: Quotes;
  /** The first failure. It is reported if all ways of reading fail. */
  readonly firstFailure?: ListRejected;
}

/** Thrown to read a list again from its beginning with other options. */
export class ReadAgain extends Error {
  constructor(
    /** Returns the learned options. May read the list once more. */
    readonly learn: (open: OpenBody) => Promise<Learnt>,
  ) {
    super('the list is to be read again');
  }
}

/** Reads a list, again if necessary. Once is enough unless the list is not UTF-8 or not RFC 4180. */
export async function readingAgain<O extends Learnt, T>(
  open: OpenBody,
  options: O,
  read: (body: Body, options: O) => Promise<T>,
): Promise<T> {
  for (let known = options; ; ) {
    const body = await open();
    try {
      return await read(body, known);
    } catch (error) {
      if (!(error instanceof ReadAgain)) throw error;
      known = { ...known, ...(await error.learn(open)) };
    } finally {
      body.destroy();
    }
  }
}
