import { checkFormat } from '../domain/run/check-format';
import { ofOwnRun } from '../domain/run/own-run';
import { env, settings } from './env';
import { redactErrors } from './redact-errors';

type Handler<I, A extends unknown[], R> = (input: I, ...given: A) => Promise<R>;

/** A handler of what the state machine gives it. */
export const ofPayload = <I extends { readonly v: number }, A extends unknown[], R>(
  handler: Handler<I, A, R>,
): Handler<I, A, R> => redactErrors(async (input, ...given) => handler(checkFormat('the payload', input), ...given));

/** The same, once there is a run. */
export const ofRun = <I extends { readonly v: number }, A extends unknown[], R>(
  handler: Handler<I, A, R>,
): Handler<I, A, R> =>
  ofPayload(async (input, ...given) => {
    const mailer = { bucket: env('bucket'), mailer: settings().mailer };
    return handler(ofOwnRun(input, mailer), ...given);
  });
