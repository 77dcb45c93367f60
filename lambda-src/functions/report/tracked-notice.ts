import type { RunRef } from '../../../src/private/contract';
import { campaignLabel } from '../../domain/campaign/campaign';
import { BLOCKED_ADVICE } from '../../domain/events/ses-cases';
import { escapeControlCharacters } from '../../domain/text/escape-control-characters';
import { formatCount } from '../../domain/text/format-count';
import { ascii } from '../../domain/text/notice-text';
import { type Notice, withMissingSubscribers } from './notice';
import type { Summary } from './summary';
import { where } from './where';

const LINES: readonly (readonly [count: string, words: string])[] = [
  ['delivered', 'delivered'],
  ['bounced', 'bounced for good'],
  ['blocked', 'blocked: a receiving server refused the sender'],
  ['soft_bounced', 'came back for now'],
  ['suppressed_by_ses', 'held back by SES’s own suppression list'],
  ['complained', 'complained'],
  ['rejected', 'rejected by SES'],
  ['opened', 'opened'],
  ['clicked', 'clicked'],
];

/** Makes the notice of the second report, after the tracking period: short plain text without recipients. */
export function trackedNotice(run: RunRef, summary: Summary, region?: string): Notice {
  const { tracking } = summary;
  const name = escapeControlCharacters(campaignLabel(run));
  const { messages = 0, counts = {} } = tracking ?? {};
  const notice = {
    kind: 'report',
    subject: ascii(`MailMatrix: ${name}, what became of it`),
    text: [
      `${name}, run ${run.run}: what is known of its ${formatCount(messages)} messages.`,
      ...LINES.filter(([count]) => counts[count]).map(([count, words]) => `  ${words}: ${formatCount(counts[count]!)}`),
      ...(counts.blocked ? BLOCKED_ADVICE : []),
      ...where(run, summary, region),
    ].join('\n'),
  } as const;
  return withMissingSubscribers(notice, summary);
}
