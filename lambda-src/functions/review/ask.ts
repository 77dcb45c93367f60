import type { Recipient, RunRef } from '../../../src/private/contract';
import type { ApprovalRecord } from '../../domain/campaign/approval';
import { sameListWords } from '../../domain/campaign/same-list';
import { approvalUrl } from '../../domain/links/approval-link';
import { optOutWords } from '../../domain/list/opt-outs/many-opt-outs';
import { formatDuration } from '../../domain/text/duration';
import { escapeControlCharacters, shellWord } from '../../domain/text/escape-control-characters';
import { formatCount } from '../../domain/text/format-count';
import { ascii, redactForNotice } from '../../domain/text/notice-text';
import type { ReviewPorts } from './ports';
import { ReviewEmails } from './send-review-emails';

/** Emails every approver the samples and an approval link, and publishes a notice that the run waits for approval. */
export async function askApprovers(
  run: RunRef,
  record: ApprovalRecord,
  samples: readonly Recipient[],
  ports: ReviewPorts,
): Promise<void> {
  const { settings, links } = ports;
  if (!settings.approval || !links)
    throw new Error('MM572: the run asks for an approval, and nobody is set to give it');
  const emails = await ReviewEmails.of(run, ports);
  const keys = await links.keys();
  const { approvers } = settings.approval;
  const label = escapeControlCharacters(record.label);
  const failures: string[] = [];
  for (const to of approvers) {
    for (const [index, recipient] of samples.entries()) {
      await emails.send(await emails.sample(recipient, to, `SAMPLE ${index + 1}/${samples.length}`));
    }
    const url = approvalUrl(run, to, record, links.url, keys);
    const failed = await emails.send({
      from: emails.from,
      to,
      replyTo: [],
      subject: `Approve ${label}? ${formatCount(record.recipients)} mails wait`,
      text: question(record, samples.length, url),
      headers: [],
      tags: [],
      configurationSet: ports.configurationSet,
      ...(ports.settings.tenant === undefined ? {} : { tenant: ports.settings.tenant }),
    });
    if (failed !== undefined) failures.push(failed);
  }
  const asked = approvers.length - failures.length;
  ports.log.info('approvers asked', { run: run.run, asked, failed: failures.length });
  const lines = [
    `Run ${record.run} of ${label} waits for its approval until ${until(record)}: ${numbers(record)}`,
    ...checks(record),
    `${asked} of ${approvers.length} approvers were mailed.`,
    ...failures.slice(0, 1).map((reason) => `SES said: ${redactForNotice(reason)}`),
    `By the command: cdk-mailmatrix approve ${shellWord(record.label)} --run ${record.run}`,
  ];
  await ports.notices.publish(ascii(`MailMatrix: ${label} waits for approval`), lines.join('\n'), {
    kind: asked === 0 ? 'alert' : 'approval',
  });
}

const until = ({ answerBy }: ApprovalRecord): string =>
  `${new Date(answerBy).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const numbers = ({ list, templates, recipients, seconds, dollars }: ApprovalRecord): string =>
  `${escapeControlCharacters(list)}, ${templates.map(escapeControlCharacters).join(', ')}: up to ${formatCount(recipients)} mails, about ${formatDuration(seconds)}, about $${dollars.toFixed(2)} of SES.`;

const checks = ({ sameListAs, campaign, optOuts }: ApprovalRecord): string[] => [
  ...(sameListAs ? [`Check that this is meant: ${sameListWords(sameListAs, campaign)}.`] : []),
  ...(optOuts ? [`Check that it is the right list: ${optOutWords(optOuts)}.`] : []),
];

const question = (record: ApprovalRecord, samples: number, url: string): string =>
  [
    `${escapeControlCharacters(record.label)} is ready to be sent and waits for your approval:`,
    numbers(record),
    ...checks(record),
    `${samples} of its mails ${samples === 1 ? 'is' : 'are'} in your inbox, marked as samples.`,
    '',
    'Look at it, and approve or reject it here:',
    url,
    '',
    `The link is yours alone; do not pass it on. If nobody answers until ${until(record)}, nothing is sent.`,
    'Whoever of the approvers answers first decides.',
  ].join('\n');
