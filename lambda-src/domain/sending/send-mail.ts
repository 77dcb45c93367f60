import type { Clock, Log, Mail, Random, Ses } from '../ports';
import type { Permit, Permits } from '../rate/permits';
import type { SesAnswer } from './send-result';

interface Ports {
  readonly ses: Pick<Ses, 'send' | 'resultOf'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface Attempts<T> {
  readonly permits: Permits;
  /** Returns a permit for the next request, after `tries` requests. Undefined stops sending. */
  permit(tries: number): Promise<Permit | undefined>;
  /** Whether to retry after this answer to request number `tries`, counted from 0. */
  again(answer: SesAnswer, tries: number): boolean;
  /** Returns the result for the last answer. The answer is undefined if no request was made. */
  ended(answer: SesAnswer | undefined): Promise<T>;
}

export const RETRIES = 5;
const BACK_OFF = 200;

/**
 * Sends one email, built anew for each request. Repeats the request, each time with a new permit, until an answer is final. Campaign and review
 * emails both use it, and answers that affect other senders update the rate record.
 */
export async function sendMail<T>(mail: () => Mail, attempts: Attempts<T>, ports: Ports): Promise<T> {
  const { permits } = attempts;
  let answer: SesAnswer | undefined;
  for (let tries = 0; ; tries += 1) {
    if (tries > 0) await ports.clock.sleep(ports.random() * BACK_OFF * 2 ** (tries - 1));
    const permit = await attempts.permit(tries);
    if (!permit) return attempts.ended(answer);
    answer = await ask(mail(), ports);
    const again = attempts.again(answer, tries);
    // Update the recipient's record first, so that a worker that dies in between leaves no needless doubt.
    const ended = again ? undefined : { as: await attempts.ended(answer) };
    await permits.answered(permit, answer);
    if (ended) return ended.as;
  }
}

async function ask(mail: Mail, { ses, log }: Ports): Promise<SesAnswer> {
  try {
    return { kind: 'accepted', ...(await ses.send(mail)) };
  } catch (error) {
    const answer = ses.resultOf(error);
    const { name, code } = error as { name?: string; code?: string };
    if (answer.kind === 'ambiguous') log.warn('unclear answer', { reason: answer.reason, name, code });
    return answer;
  }
}
