import { isbot } from 'isbot';
import type { Seen } from '../../domain/events/ses-detail';

/**
 * User agents that act for a person: the image proxies of Gmail and Yahoo, and email clients that `isbot` takes for
 * bots.
 */
const READERS = /GoogleImageProxy|YahooMailProxy|Outlook|Thunderbird|AirMail|SparkMail|Mailbird|Superhuman/i;

/** The user agent of Apple Mail Privacy Protection, which loads every picture even if the email is never read. */
const BARE = 'Mozilla/5.0';

/** Whether the user agent identifies itself as a bot. */
const namesItself = (userAgent: string | undefined): boolean =>
  userAgent !== undefined && !READERS.test(userAgent) && isbot(userAgent);

/**
 * Returns whether an open or a click comes from a machine. SES's own verdict decides first. Only a user agent that
 * identifies itself as a bot overrules *Unlikely*; without a verdict, the user agent decides.
 */
export function isMachine({ userAgent, isBotEvent }: Seen = {}): boolean {
  if (isBotEvent === 'Likely') return true;
  if (isBotEvent === 'Unlikely' && userAgent === BARE) return false;
  return namesItself(userAgent);
}
