/**
 * What SES asks for a mail, in US dollars, without attachments and dedicated addresses: $0.10 per 1,000.
 * https://aws.amazon.com/ses/pricing/, read in November 2026; it is the same in all Regions.
 */
const DOLLARS_PER_MAIL = 0.0001;

export const dollarsFor = (mails: number): number => Math.round(mails * DOLLARS_PER_MAIL * 100) / 100;

const DAY = 86_400;

/** How long a run of so many mails takes at the least, in seconds: by the rate, and by what a day's quota lets through. */
export function secondsFor(mails: number, perSecond: number, max24Hours: number, sentLast24Hours: number): number {
  const byRate = mails / perSecond;
  if (max24Hours < 0) return Math.ceil(byRate);
  const later = mails - Math.max(0, max24Hours - sentLast24Hours);
  return Math.ceil(later <= 0 ? byRate : Math.max(byRate, (later / max24Hours) * DAY));
}
