import type { Problem } from '../domain/template/template-errors';

/** The error for a template that cannot be built. */
export class BuildLimit extends Error {
  constructor(
    /** The text of the error: what must hold, and the value found. */
    readonly says: string,
    /** The position in the expanded text. */
    readonly position = 0,
    readonly code: Problem['code'] = 'MM203',
  ) {
    super(says);
  }
}

/** The maximum size of a part with its partials, and of an HTML body after inlining. Gmail shows the first 102 KB. */
export const MAX_BYTES = 500 * 1024;

/** The maximum nesting depth of elements, and of sections. Real emails nest up to 60 elements. */
export const MAX_DEPTH = 256;

/** The maximum number of `{{>partial}}` and `{{<layout}}` tags that are expanded in one part. */
export const MAX_INCLUSIONS = 1000;

/** The maximum number of elements times the number of selectors. Matching that many takes some seconds. */
export const MAX_MATCHES = 2_000_000;

export const tooLarge = (bytes: number, when: string): string =>
  `must have at most ${MAX_BYTES} bytes ${when}, got ${bytes}`;
