import type { Clock, Log, Mail, Random, Ses } from '../ports';
import type { Permit, Permits } from '../rate/permits';
import { type SesAnswer, sendResultOf } from './send-result';

interface Ports {
  readonly ses: Pick<Ses, 'send'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface Attempts<T> {
  readonly permits: Permits;
  /** For a request, after so many others; undefined where there is to be no more of them. */
  permit(tries: number): Promise<Permit | undefined>;
  /** Whether the mail may be tried again after this answer to its request number `tries`, counted from 0. */
  again(answer: SesAnswer, tries: number): boolean;
  /** What comes of it, by the last answer; undefined where no request was made. */
  ended(answer: SesAnswer | undefined): Promise<T>;
}

export const RETRIES = 5;
const BACK_OFF = 200;

/**
 * Sends one mail: requests, each in a turn of its own, until an answer is the last. Campaign mail and review mail leave
 * here, and what their answers say about sending at all is passed on to the others that share the ledger.
 */
export async function sendMail<T>(mail: Mail, attempts: Attempts<T>, ports: Ports): Promise<T> {
  const { permits } = attempts;
  let answer: SesAnswer | undefined;
  for (let tries = 0; ; tries += 1) {
    if (tries > 0) await ports.clock.sleep(ports.random() * BACK_OFF * 2 ** (tries - 1));
    const permit = await attempts.permit(tries);
    if (!permit) return attempts.ended(answer);
    answer = await ask(mail, ports);
    const again = attempts.again(answer, tries);
    // The record of its recipient first: a worker that dies meanwhile leaves no doubt that need not be.
    const ended = again ? undefined : { as: await attempts.ended(answer) };
    await permits.answered(permit, answer);
    if (ended) return ended.as;
  }
}

async function ask(mail: Mail, { ses, log }: Ports): Promise<SesAnswer> {
  try {
    return { kind: 'accepted', ...(await ses.send(mail)) };
  } catch (error) {
    const answer = sendResultOf(error);
    const { name, code } = error as { name?: string; code?: string };
    if (answer.kind === 'ambiguous') log.warn('unclear answer', { reason: answer.reason, name, code });
    return answer;
  }
}
