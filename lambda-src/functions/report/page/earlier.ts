import type { Summary } from '../summary';
import { share } from './ended';
import { bar, type Cell, count, number, percent, type Section, text, utcMinute } from './table';

const HEAD = ['Sent', 'Delivered', 'Bounced', 'Complained', 'Opened', 'Clicked'] as const;

/** Compares this run with the campaign's earlier ones. */
export function earlier(summary: Summary, before: readonly Summary[]): Section | undefined {
  if (!summary.counts || before.length === 0) return undefined;
  const all = [...before, summary];
  const most = Math.max(1, ...all.map(({ counts }) => counts?.sent ?? 0));
  const line = (one: Summary): Cell[] => {
    const sent = one.counts?.sent ?? 0;
    const known = one.tracking?.counts ?? {};
    const messages = one.tracking?.messages ?? 0;
    return [
      text(one === summary ? `Run ${one.run}, this one` : `Run ${one.run}`),
      text(utcMinute(one.startedAt)),
      count(one.rows ?? 0),
      count(sent),
      ...['delivered', 'bounced', 'complained', 'opened', 'clicked'].map((emailEvent) =>
        number(one.tracking ? percent(known[emailEvent] ?? 0, messages) : '–'),
      ),
      bar({ share: share(sent, most), kind: one === summary ? 'main' : 'soft' }),
    ];
  };
  return {
    id: 'earlier',
    title: 'Beside earlier runs of this campaign',
    tables: [
      {
        caption: 'The last runs of the campaign; percentages are of those sent',
        head: [text('Run'), text('Began'), number('Rows'), ...HEAD.map(number), text('Sent')],
        rows: all.map(line),
      },
    ],
    notes: ['Each run mails only those who had no mail of this campaign before, so numbers of later runs are small.'],
  };
}
