import type { RunRef } from '../../src/private/contract';
import { campaignLabel } from '../core/campaign';
import type { Notice } from './notice';
import type { Summary } from './summary';

const LINES: readonly (readonly [count: string, words: string])[] = [
  ['delivered', 'delivered'],
  ['bounced', 'bounced for good'],
  ['soft_bounced', 'came back for now'],
  ['suppressed_by_ses', 'held back by SES’s own suppression list'],
  ['complained', 'complained'],
  ['rejected', 'rejected by SES'],
  ['opened', 'opened'],
  ['clicked', 'clicked'],
];

/** Of the report after the tracking period: short plain text, and no recipient. */
export function trackedNotice(run: RunRef, { tracking }: Summary): Notice {
  const name = campaignLabel(run);
  const { messages = 0, counts = {} } = tracking ?? {};
  const format = (count: number) => count.toLocaleString('en-US');
  return {
    kind: 'report',
    subject: `MailMatrix: ${name}, what became of it`.replace(/[^\x20-\x7e]/g, '?').slice(0, 100),
    text: [
      `${name}, run ${run.run}: what is known of its ${format(messages)} messages.`,
      ...LINES.filter(([count]) => counts[count]).map(([count, words]) => `  ${words}: ${format(counts[count]!)}`),
      `Report: s3://${run.list.bucket}/${run.folder}`,
    ].join('\n'),
  };
}
