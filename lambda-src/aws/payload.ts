import { known } from '../core/format';
import { quiet } from './quiet';

/** A handler of what the state machine gives it. */
export const ofPayload = <I extends { readonly v: number }, A extends unknown[], R>(
  handler: (input: I, ...given: A) => Promise<R>,
): ((input: I, ...given: A) => Promise<R>) =>
  quiet(async (input, ...given) => handler(known('the payload', input), ...given));
