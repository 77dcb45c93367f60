import type { Mail, Ses } from '../../../lambda-src/domain/ports';
import { TIMING } from '../../../lambda-src/domain/rate/timing';
import { SAYS } from '../../../local/ses/answers';
import { brokenAnswer, foreignAnswer, thrownFor } from '../../support/ses-answer';
import { type Process, START, type World } from './world';

/** A time in which answers of SES say nothing about their messages. Times are milliseconds from the beginning. */
export interface SesOutage {
  readonly at?: number;
  readonly until?: number;
  /** Of the answers to messages. @default all of them */
  readonly share?: number;
  /** SES takes the messages nevertheless. */
  readonly accepted?: true;
  /** No answer comes, until the request is cut. */
  readonly hangs?: true;
  /** GetAccount has no answer either. */
  readonly account?: true;
}

/** SES as a process reaches it during an outage. `onRequest`: a request leaves that `ses` does not see. */
export function inOutage(
  ses: Ses,
  outage: SesOutage,
  { world, process, onRequest }: { world: World; process: Process; onRequest: (mail: Mail) => void },
): Ses {
  const { at = 0, until = Number.POSITIVE_INFINITY, share = 1, accepted, hangs, account } = outage;
  const lasts = () => world.now >= START + at && world.now < START + until;
  const fail = (error: Error) =>
    new Promise<never>((_, reject) => {
      world.after(hangs ? TIMING.request : world.soon(), () => process.deliver(() => reject(error)));
    });
  return {
    ...ses,
    send: async (mail) => {
      if (!lasts() || !world.chance(share)) return ses.send(mail);
      const error = hangs ? brokenAnswer('hang') : foreignAnswer('Unknown', 503);
      if (accepted && !hangs) return ses.send(mail).then(() => Promise.reject(error));
      if (accepted) await ses.send(mail).catch(() => {});
      else onRequest(mail);
      return fail(error);
    },
    account: () => (account && lasts() ? fail(thrownFor(SAYS.unavailable())) : ses.account()),
  };
}
