import Mustache from 'mustache';
import { SES_REVIEWS_AT } from '../../../../src/private/contract';
import { campaignLabel } from '../../../domain/campaign/campaign';
import { getOwn } from '../../../domain/get-own';
import { countUnfinished } from '../../../domain/outcomes';
import { formatDuration } from '../../../domain/text/duration';
import { escapeControlCharacters as visible } from '../../../domain/text/escape-control-characters';
import { formatCount } from '../../../domain/text/format-count';
import { missingSubscribersWords } from '../missing-subscribers';
import type { Summary } from '../summary';
import { bounces, domains, events, funnel, sending, shows } from './delivery';
import { earlier } from './earlier';
import { effort, ended, invalidRows, unsent } from './ended';
import { type Cell, type Part, percent, type Section, utcMinute } from './table';
import { TEMPLATE } from './template';

/** Renders `report.html`, a self-contained file, from this summary and those of earlier runs. */
export function reportPage(summary: Summary, before: readonly Summary[]): string {
  const sections = [
    funnel(summary),
    ended(summary),
    sending(summary),
    events(summary),
    bounces(summary),
    domains(summary),
    invalidRows(summary),
    unsent(summary),
    effort(summary),
    earlier(summary, before),
  ].flatMap((section) => (section ? [sectionView(section)] : []));
  const { status, run, startedAt, list } = summary;
  return Mustache.render(TEMPLATE, {
    label: visible(campaignLabel(summary)),
    run,
    began: utcMinute(startedAt),
    state: STATES[status],
    wrong: status === 'failed' || status === 'rejected',
    says: [...leadSentences(summary), ...(summary.unheard ? [missingSubscribersWords(summary.unheard)] : [])],
    figures: figures(summary),
    sections,
    list: visible(`s3://${list.bucket}/${list.key}${list.versionId ? `, version ${list.versionId}` : ''}`),
  });
}

const STATES: Record<Summary['status'], string> = {
  completed: 'ended',
  draft: 'a draft, nobody was mailed',
  rejected: 'rejected, nobody was mailed',
  failed: 'failed',
};

/** Summarizes the run in a few sentences for the top of the page. */
function leadSentences(summary: Summary): string[] {
  const { status, rejection, failure, planned, counts, rows = 0, tracking } = summary;
  if (status === 'rejected') return [`${rejection?.code ?? ''}: ${rejection?.message ?? 'the list was rejected'}`];
  if (status === 'failed')
    return [
      `It broke: ${failure?.error ?? 'unknown'}. Nobody is mailed twice; upload the list again to mail the rest.`,
    ];
  if (planned) {
    const { recipients, estimate } = planned;
    const takes = estimate ? `, and would take up to ${formatDuration(Math.round(estimate.seconds))}` : '';
    return [`Sent as it is, it would reach up to ${formatCount(recipients)} of ${formatCount(rows)} rows${takes}.`];
  }
  if (!counts) return [];
  const left = countUnfinished(counts);
  const lines = [
    `This run sent ${formatCount(counts.sent)} messages for the ${formatCount(rows)} rows of its list.${left > 0 ? ` ${formatCount(left)} people have none, or perhaps none: see below.` : ''}`,
  ];
  if (tracking?.final) lines.push(`What became of them is told as of ${utcMinute(tracking.until)}.`);
  else if (tracking?.next)
    lines.push(
      `It is told as of ${utcMinute(tracking.until)}, when sending ended: what becomes of the mail still comes in. This file is written again about ${utcMinute(tracking.next)}.`,
    );
  else if (tracking) lines.push(`It is told as of ${utcMinute(tracking.until)}, when sending ended.`);
  return lines;
}

interface Figure {
  readonly name: string;
  readonly value: string;
  readonly more?: string;
  /** A warning about a high value. */
  readonly high?: string;
}

/** The percentages above which SES reviews an account, by email event. */
const REVIEW: { readonly [emailEvent: string]: number } = {
  bounced: SES_REVIEWS_AT.bouncePercent,
  complained: SES_REVIEWS_AT.complaintPercent,
};

function figures({ counts, rows = 0, tracking }: Summary): Figure[] {
  if (!counts) return [];
  const all: Figure[] = [{ name: 'Sent', value: formatCount(counts.sent), more: `of ${formatCount(rows)} rows` }];
  if (!tracking || tracking.messages === 0) return all;
  const figure = (name: string, emailEvent: string): Figure => {
    const of = tracking.counts[emailEvent] ?? 0;
    const limit = getOwn(REVIEW, emailEvent);
    const high = limit !== undefined && of * 100 > limit * tracking.messages;
    return {
      name,
      value: percent(of, tracking.messages),
      more: `${formatCount(of)} message${of === 1 ? '' : 's'}`,
      ...(high ? { high: `High: SES reviews accounts above ${limit} %` } : {}),
    };
  };
  return [
    ...all,
    figure('Delivered', 'delivered'),
    figure('Bounced for good', 'bounced'),
    ...(tracking.counts.blocked ? [figure('Blocked by the receiver', 'blocked')] : []),
    figure('Complained', 'complained'),
    ...(shows(tracking, 'opened') ? [figure('Opened', 'opened')] : []),
    ...(shows(tracking, 'clicked') ? [figure('Clicked', 'clicked')] : []),
  ];
}

/** Converts a section into the template's variables. */
function sectionView({ tables = [], charts = [], ...section }: Section): object {
  return {
    ...section,
    charts,
    tables: tables.map(({ rows, ...table }) => ({
      ...table,
      rows: rows.map((cells) => ({ cells: cells.map(cellView) })),
    })),
  };
}

const cellView = ({ text, number, bar }: Cell, at: number): object => ({
  text,
  number: number === true,
  bar: bar !== undefined,
  svg: bar && svg(bar),
  first: at === 0,
});

/** Draws a bar. It is hidden from screen readers, because the table has its number. */
function svg(parts: readonly Part[]): string {
  let from = 0;
  const rects = parts.map(({ share, kind }) => {
    const width = Math.round(share * 10_000) / 100;
    const rect = `<rect class="${kind}" x="${from.toFixed(2)}" y="0" width="${width}" height="10"/>`;
    from += width;
    return rect;
  });
  return `<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">${rects.join('')}</svg>`;
}
