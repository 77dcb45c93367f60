import { isbot } from 'isbot';
import type { Seen } from '../../domain/events/ses-detail';

/**
 * Programs that open or click for a person who reads: the proxies through which Gmail and Yahoo show pictures, and mail
 * programs that name themselves as a tool would.
 */
const READERS = /GoogleImageProxy|YahooMailProxy|Outlook|Thunderbird|AirMail|SparkMail|Mailbird|Superhuman/i;

/** What Apple Mail Privacy Protection calls itself. It loads every picture, whether or not anybody reads. */
const BARE = 'Mozilla/5.0';

/** Whether a program names itself as one, by its user agent. */
const namesItself = (userAgent: string | undefined): boolean =>
  userAgent !== undefined && !READERS.test(userAgent) && isbot(userAgent);

/**
 * Whether an open or a click is a machine's. SES's own word comes first, where it gives one. *Unlikely* is overruled
 * only by a program that names itself; without SES's word the user agent decides, where it is plain.
 */
export function isMachine({ userAgent, isBotEvent }: Seen = {}): boolean {
  if (isBotEvent === 'Likely') return true;
  if (isBotEvent === 'Unlikely' && userAgent === BARE) return false;
  return namesItself(userAgent);
}
