import { OUTCOMES } from '../../../../src/private/contract';
import { sameListWords } from '../../../domain/campaign/same-list';
import { costOf, dollarsFor, PRICES_OF } from '../../../domain/cost/prices';
import { DUPLICATE } from '../../../domain/list/rejections';
import { entryOf } from '../../../domain/outcomes';
import { formatDuration } from '../../../domain/text/duration';
import { formatCount } from '../../../domain/text/format-count';
import { redactForNotice } from '../../../domain/text/notice-text';
import type { Summary } from '../summary';
import { bar, type Cell, count, number, percent, type Section, text, utcMinute } from './table';
import { rowErrorWords } from './words';

/** Shows the number of rows by outcome. */
export function ended({ counts, rows = 0, sameListAs, campaign }: Summary): Section | undefined {
  if (!counts) return undefined;
  const lines = OUTCOMES.filter((outcome) => outcome === 'sent' || counts[outcome] > 0).map((outcome): Cell[] => {
    const { label, tone, meaning } = entryOf(outcome);
    const of = counts[outcome];
    return [
      text(label),
      count(of),
      number(percent(of, rows)),
      bar({ share: share(of, rows), kind: tone }),
      text(meaning),
    ];
  });
  return {
    id: 'ended',
    title: 'How every row of the list ended',
    lead: sameListAs
      ? [`${sameListWords(sameListAs, campaign)}. Recipients get the emails of both campaigns.`]
      : undefined,
    tables: [
      {
        caption: `Of ${formatCount(rows)} rows; every row is in exactly one line`,
        head: [text('How it ended'), number('Rows'), number('Of all'), text(''), text('What that means')],
        rows: lines,
      },
    ],
  };
}

/** Shows why rows are not recipients. For a draft, the counts come from the plan. */
export function invalidRows({ planned, reasons }: Summary): Section | undefined {
  const byCode = planned ? { ...planned.invalidByCode } : codesOf({ ...reasons?.invalid });
  const duplicates = Object.values(reasons?.duplicate ?? {}).reduce((a, b) => a + b, planned?.duplicate ?? 0);
  if (duplicates > 0) byCode[DUPLICATE.code] = duplicates;
  const lines = Object.entries(byCode).sort(([, a], [, b]) => b - a);
  if (lines.length === 0) return undefined;
  const most = Math.max(...lines.map(([, of]) => of));
  return {
    id: 'invalid-rows',
    title: 'Rows that were left out',
    lead: [
      lines.some(([code]) => code !== DUPLICATE.code)
        ? 'invalid.csv names the invalid rows, with their lines. Correct them there and upload that file.'
        : 'Each is a duplicate of an earlier row, so its recipient gets one email.',
    ],
    tables: [
      {
        caption: 'Rows left out, by reason',
        head: [text('Reason'), number('Rows'), text(''), text('Code')],
        rows: lines.map(([code, of]) => [
          text(rowErrorWords(code)),
          count(of),
          bar({ share: share(of, most), kind: 'warn' }),
          text(code),
        ]),
      },
    ],
  };
}

/** Adds up the counts by the MM code that each reason begins with. */
function codesOf(reasons: { readonly [reason: string]: number }): Record<string, number> {
  const all: Record<string, number> = {};
  for (const [reason, of] of Object.entries(reasons)) {
    const code = /^MM\d+/.exec(reason)?.[0] ?? 'others';
    all[code] = (all[code] ?? 0) + of;
  }
  return all;
}

/** Merges reasons that differ only in the address that an SES error text quotes. */
function mergeReasons(reasons: { readonly [reason: string]: number }): Map<string, number> {
  const all = new Map<string, number>();
  for (const [reason, of] of Object.entries(reasons)) {
    const words = redactForNotice(reason);
    all.set(words, (all.get(words) ?? 0) + of);
  }
  return all;
}

const EXPLAINED = OUTCOMES.filter((outcome) => ['unsent', 'uncertain'].includes(entryOf(outcome).kind));

/** Shows why recipients got no email. */
export function unsent({ reasons }: Summary): Section | undefined {
  const lines = EXPLAINED.flatMap((outcome) =>
    [...mergeReasons({ ...reasons?.[outcome] })]
      .sort(([, a], [, b]) => b - a)
      .map(([reason, of]) => [text(entryOf(outcome).label), text(reason), count(of)]),
  );
  if (lines.length === 0) return undefined;
  return {
    id: 'unsent',
    title: 'Who got no mail, and why',
    tables: [
      {
        caption: 'People without a mail, by reason',
        head: [text('How it ended'), text('Reason'), number('People')],
        rows: lines,
      },
    ],
  };
}

/** Shows how long the run took and what it cost. */
export function effort(summary: Summary): Section | undefined {
  const { counts, startedAt, endedAt, sendAt, quotaWaitSeconds, unclearWaitSeconds, windowWaitSeconds, approval } =
    summary;
  if (!counts) return undefined;
  const took = Math.max(0, Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000));
  const { ses, ...services } = costOf(counts.sent, Math.max(1, counts.sent / Math.max(1, took)));
  const others = Object.values(services).reduce((a, b) => a + b, 0);
  const rows: Cell[][] = [
    [text('Began'), text(utcMinute(startedAt))],
    [text('Ended'), text(`${utcMinute(endedAt)}, after ${formatDuration(took)}`)],
    ...(sendAt ? [[text('Was to send from'), text(utcMinute(sendAt))]] : []),
    ...(approval?.decision === 'approved' ? [[text('Approved by'), text(approval.by ?? '')]] : []),
    ...(quotaWaitSeconds
      ? [[text('Waited for the account’s daily quota'), text(formatDuration(Math.round(quotaWaitSeconds)))]]
      : []),
    ...(unclearWaitSeconds
      ? [[text('Waited for clear answers from SES'), text(formatDuration(Math.round(unclearWaitSeconds)))]]
      : []),
    ...(windowWaitSeconds ? [[text('Waited for its hours'), text(formatDuration(Math.round(windowWaitSeconds)))]] : []),
    [
      text('Costs, for sending'),
      text(
        `about $${(ses + others).toFixed(2)}: $${ses.toFixed(2)} of SES for ${formatCount(counts.sent)} messages à la carte ($${dollarsFor(counts.sent, 'ESSENTIALS').toFixed(2)} in the Essentials plan), $${others.toFixed(2)} of the other services`,
      ),
    ],
  ];
  return {
    id: 'effort',
    title: 'Time and cost',
    tables: [{ caption: 'Of this run', head: [text('What'), text('How much')], rows }],
    notes: [
      `The cost is an estimate from AWS’s list prices of ${PRICES_OF}, without attachments, dedicated addresses and taxes; your bill counts.`,
    ],
  };
}

/** Returns the length of a bar, from 0 to 1. */
export const share = (part: number, whole: number): number => (whole > 0 ? Math.min(1, part / whole) : 0);
