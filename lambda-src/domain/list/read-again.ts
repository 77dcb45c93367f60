import type { ListEncodingName } from '../../../src/private/contract';
import type { Body } from '../ports';
import type { ListRejected } from './rejections';

export type OpenBody = () => Promise<Body>;

/**
 * What quotation marks mean in a list: what RFC 4180 says; `\"` is one inside; those that stand around no whole cell are
 * text; all are text.
 */
export type Quotes = 'strict' | 'backslash' | 'relaxed' | 'literal';

/** What a list has shown of how it is to be read. */
export interface Learnt {
  readonly encoding?: ListEncodingName;
  /** The bytes show the encoding; nobody says it. */
  readonly encodingByBytes?: boolean;
  readonly quotes?: Quotes;
  /** How it failed first, which is what its owner reads if it fails in every way. */
  readonly firstFailure?: ListRejected;
}

/** What a list shows while it is read may change how it is to be read, from its beginning. */
export class ReadAgain extends Error {
  constructor(
    /** What is known by now; looks at the list itself once more where it must. */
    readonly learn: (open: OpenBody) => Promise<Learnt>,
  ) {
    super('the list is to be read again');
  }
}

/** Reads a list as often as it takes to know how: once, unless it is no UTF-8 or no RFC 4180. */
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
