import { checkFormat } from '../domain/run/check-format';
import { ofOwnRun } from '../domain/run/own-run';
import { env, settings } from './env';
import { redactErrors } from './redact-errors';

type Handler<I, A extends unknown[], R> = (input: I, ...given: A) => Promise<R>;

/** Wraps a handler of a state machine's payload: checks the payload's format and redacts errors. */
export const ofPayload = <I extends { readonly v: number }, A extends unknown[], R>(
  handler: Handler<I, A, R>,
): Handler<I, A, R> => redactErrors(async (input, ...given) => handler(checkFormat('the payload', input), ...given));

/** Wraps a handler as `ofPayload` does, and also rejects a payload whose run belongs to another mailer or bucket. */
export const ofRun = <I extends { readonly v: number }, A extends unknown[], R>(
  handler: Handler<I, A, R>,
): Handler<I, A, R> =>
  ofPayload(async (input, ...given) => {
    const mailer = { bucket: env('bucket'), mailer: settings().mailer };
    return handler(ofOwnRun(input, mailer), ...given);
  });
