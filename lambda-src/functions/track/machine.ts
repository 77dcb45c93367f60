import { isbot } from 'isbot';

/**
 * Programs that open or click for a person who reads: the proxies through which Gmail and Yahoo show pictures, and mail
 * programs that name themselves as a tool would.
 */
const READERS = /GoogleImageProxy|YahooMailProxy|Outlook|Thunderbird|AirMail|SparkMail|Mailbird|Superhuman/i;

/**
 * Whether an open or a click is a machine's, by its user agent alone and only where that is plain: a program that says
 * so, or the bare `Mozilla/5.0` of Apple Mail Privacy Protection, which loads every picture.
 */
export const isMachine = (userAgent: string | undefined): boolean =>
  userAgent !== undefined && !READERS.test(userAgent) && isbot(userAgent);
