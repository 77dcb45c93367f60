import { HAPPENED, type Happened } from '../../../local/ses/event';

const HAPPENINGS = [
  'a further list while another is under way',
  'retry and corrected list together',
  'overlapping resends',
  'a resend is cancelled',
  'a resend is paused',
  'a resend is superseded',
  'a retry after a cancel',
  'a retry after a pause',
  'another policy in mid-run',
  'other templates in mid-run',
  'another bucket',
  'another key column',
  'another identity of campaigns',
  'two mailers',
  'an answer that SES did not write',
  'an outage',
] as const;
export type Seen = (typeof HAPPENINGS)[number] | `an event: ${Happened}`;

/** What a life may hold; each is in at least one of a hundred. */
export const SEEN: readonly Seen[] = [...HAPPENINGS, ...HAPPENED.map((happened): Seen => `an event: ${happened}`)];
