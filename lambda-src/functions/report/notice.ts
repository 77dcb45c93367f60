import { OUTCOMES, type RunRef } from '../../../src/private/contract';
import { campaignLabel } from '../../domain/campaign/campaign';
import { sameListWords } from '../../domain/campaign/same-list';
import { countUnfinished, countWhere, entryOf } from '../../domain/outcomes';
import { formatDuration } from '../../domain/text/duration';
import { escapeControlCharacters } from '../../domain/text/escape-control-characters';
import { formatCount } from '../../domain/text/format-count';
import { ascii, redactForNotice } from '../../domain/text/notice-text';
import { sectionWords } from '../../domain/text/section-words';
import { missingSubscribersWords } from './missing-subscribers';
import type { Summary } from './summary';
import { where } from './where';

export interface Notice {
  readonly kind: 'report' | 'alert';
  readonly subject: string;
  readonly text: string;
}

/** Makes the notice of a run's end: short plain text for mailboxes and phones, without recipients. */
export const notice = (run: RunRef, summary: Summary, region?: string): Notice =>
  withMissingSubscribers(noticeOf(run, summary, region), summary);

/** Adds a warning about missing subscribers to a notice: its reader may be the only one to see it. */
export const withMissingSubscribers = (notice: Notice, { unheard }: Summary): Notice =>
  unheard ? { ...notice, text: `${notice.text}\n${missingSubscribersWords(unheard)}` } : notice;

function noticeOf(run: RunRef, summary: Summary, region?: string): Notice {
  const name = escapeControlCharacters(campaignLabel(run));
  const folder = escapeControlCharacters(`s3://${run.list.bucket}/${run.folder}`);
  const { status, rejection, failure, counts, continues } = summary;
  if (status === 'rejected') {
    return alert(`MailMatrix: list of ${name} rejected`, [
      escapeControlCharacters(`The list s3://${run.list.bucket}/${run.list.key} was refused; nobody was mailed.`),
      `${rejection?.code}: ${rejection?.message}`,
      ...where(run, summary, region),
    ]);
  }
  if (status === 'draft' && summary.planned) {
    const { recipients, invalid, duplicate } = summary.planned;
    return {
      kind: 'report',
      subject: ascii(`MailMatrix: draft ${name} checked`),
      text: [
        `${name}: a draft, nobody was mailed. ${recipients} of ${summary.rows ?? 0} rows would be: ${invalid} are invalid, ${duplicate} duplicates.`,
        ...estimateDuration(summary.planned),
        ...(summary.test ? [`${summary.test.sent} of ${summary.test.mails} test mails went to the reviewer.`] : []),
        ...sameList(summary),
        ...listWords(summary),
        ...texts(summary),
        `Samples and report: ${folder}`,
      ].join('\n'),
    };
  }
  if (status === 'failed' || !counts) {
    return alert(`MailMatrix: run ${run.run} of ${name} failed`, [
      `Run ${run.run} of ${name} failed: ${failure?.error ?? 'unknown'}. Those not yet mailed are still to be mailed; nobody is mailed twice.`,
      ...where(run, summary, region),
    ]);
  }

  const lines = [
    `${name}, run ${run.run}: ${formatCount(counts.sent)} sent of ${formatCount(summary.rows ?? 0)} rows.`,
  ];
  if (continues) {
    const fresh = counts.sent + countUnfinished(counts);
    lines.unshift(
      `continues ${name}, begun ${continues.slice(0, 10)}: ${formatCount(fresh)} new, ${formatCount(counts.already_sent)} already sent`,
    );
  }
  for (const outcome of OUTCOMES) {
    if (counts[outcome] > 0) lines.push(`  ${entryOf(outcome).noticeLabel}: ${formatCount(counts[outcome])}`);
  }
  if (summary.quotaWaitSeconds) {
    lines.push(`It waited ${formatDuration(summary.quotaWaitSeconds)} for the account’s daily quota.`);
  }
  if (summary.unclearWaitSeconds) {
    lines.push(`It waited ${formatDuration(summary.unclearWaitSeconds)} because SES’s answers were unclear.`);
  }
  const stopped = mostFrequent(summary.reasons?.not_attempted);
  if (stopped) lines.push(`Not attempted mostly because: ${stopped}`);
  const { approval } = summary;
  if (approval?.decision === 'approved') lines.push(`Approved by ${approval.by}`);
  lines.push(...sameList(summary), ...listWords(summary), ...texts(summary), ...where(run, summary, region));

  const reached = countWhere(counts, ({ kind }) => kind === 'accepted');
  // More than half got the email in an earlier run. A new mailing under an old file name looks the same.
  const mostlySent = counts.already_sent > 0 && counts.already_sent * 2 > (summary.rows ?? 0);
  const stuck = countWhere(counts, ({ alerts }) => alerts) > 0 || reached === 0;
  if (mostlySent || stuck) return alert(`MailMatrix: ${name} ended, look at it`, lines);
  return { kind: 'report', subject: ascii(`MailMatrix: ${name} ended`), text: lines.join('\n') };
}

function estimateDuration({ estimate }: NonNullable<Summary['planned']>): string[] {
  if (!estimate) return [];
  const { perSecond, seconds, quota, quotaLeft = 0 } = estimate;
  const days = quota !== undefined && seconds >= 86_400;
  const why = days ? `: the account may send ${quota} in 24 hours, ${quotaLeft} of them now` : '';
  return [`Sending takes up to ${formatDuration(seconds)}, at ${perSecond} a second${why}.`];
}

/** Warns about another campaign with the same list; sending two emails to the same people may be intended. */
const sameList = ({ sameListAs, campaign }: Summary): string[] =>
  sameListAs ? [`${sameListWords(sameListAs, campaign)}. Recipients get the emails of both campaigns.`] : [];

/** Describes how the list was read. The list's cells are in the report only, because notices go out by email. */
function listWords({ guess, readAs = {}, suppressedByList = 0, unknownTopLevels = {} }: Summary): string[] {
  const unknown = Object.values(unknownTopLevels).reduce((sum, one) => sum + one, 0);
  return [
    ...(guess
      ? [`The list is not UTF-8 and was taken for ${guess.encoding}; summary.json shows cells as they became.`]
      : []),
    ...(readAs.hiddenRows === undefined
      ? []
      : [`Hidden rows of the sheet that were excluded: ${formatCount(readAs.hiddenRows)}.`]),
    ...(readAs.emailColumn === undefined
      ? []
      : ['The address column was found by what is in it; summary.json names it.']),
    ...(readAs.quotes ? ['The list is not well-formed CSV and was read leniently; look at its quotation marks.'] : []),
    ...(suppressedByList > 0
      ? [`Suppressed because the list itself says that they want no email: ${formatCount(suppressedByList)}.`]
      : []),
    ...(unknown > 0 ? [`Their top-level domain does not exist: ${formatCount(unknown)} recipients.`] : []),
  ];
}

/** Names the template texts that were sent, and counts recipients without texts in their language. */
function texts({ templateSources = {}, unknownLocales = {}, yesNoSections }: Summary): string[] {
  const lines = Object.entries(templateSources).map(([name, { at, modifiedAt, warnings = [] }]) => {
    const codes = [...new Set(warnings.map(({ code }) => code))].join(', ');
    const listed = `summary.json names the versions${codes === '' ? '' : ` and has the warnings of ${codes}`}.`;
    return `Template ${name}: ${at} as of ${modifiedAt}; ${listed}`;
  });
  lines.push(...sectionWords(yesNoSections));
  const unknown = Object.entries(unknownLocales);
  const count = unknown.reduce((sum, [, one]) => sum + one, 0);
  const which = unknown.map(([locale, one]) => `${locale} ${one}`).join(', ');
  return count === 0 ? lines : [...lines, `In another language than theirs, for want of texts: ${count} (${which}).`];
}

/** Returns the most frequent reason, redacted: an error text of SES may quote an address. */
function mostFrequent(reasons: { readonly [reason: string]: number } = {}): string | undefined {
  const [first] = Object.entries(reasons).sort(([, a], [, b]) => b - a);
  return first && redactForNotice(first[0]);
}

const alert = (subject: string, lines: readonly string[]): Notice => ({
  kind: 'alert',
  subject: ascii(subject),
  text: lines.join('\n'),
});
