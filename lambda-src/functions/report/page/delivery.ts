import { SES_REVIEWS_AT } from '../../../../src/private/contract';
import { countWhere } from '../../../domain/outcomes';
import { formatDuration } from '../../../domain/text/duration';
import { formatCount } from '../../../domain/text/format-count';
import { type DomainCounts, FEW } from '../breakdown/breakdown';
import type { Timeline } from '../breakdown/timeline';
import type { Summary } from '../summary';
import { share } from './ended';
import { bar, type Cell, count, type Kind, number, percent, type Section, text, utcMinute } from './table';
import { timeChart } from './time-chart';
import { bounceWords, EMAIL_EVENT_WORDS } from './words';

type Tracking = NonNullable<Summary['tracking']>;

/** Whether the report shows opens or clicks: if they are tracked, or if an older run's summary counts any. */
export const shows = ({ opens, clicks, counts }: Tracking, emailEvent: 'opened' | 'clicked'): boolean =>
  (emailEvent === 'opened' ? opens : clicks) === true || (counts[emailEvent] ?? 0) > 0;

/** Shows how many rows remain at each step from the list to the reader. */
export function funnel({ rows = 0, counts, tracking }: Summary): Section | undefined {
  if (!counts) return undefined;
  const valid = rows - countWhere(counts, ({ kind }) => kind === 'skipped');
  const steps: (readonly [name: string, count: number, means: string])[] = [
    ['Rows of the list', rows, 'without its first line'],
    ['Valid', valid, 'an address that can be mailed, and no second row for the same person'],
    ['Sent', counts.sent, 'Amazon SES took the mail in this run'],
  ];
  if (tracking) {
    const known = tracking.counts;
    steps.push(['Delivered', known.delivered ?? 0, 'the receiver’s mail server took it']);
    if (shows(tracking, 'opened')) steps.push(['Opened', known.opened ?? 0, 'at least once, by a person']);
    if (shows(tracking, 'clicked')) steps.push(['Clicked', known.clicked ?? 0, 'at least one link, by a person']);
  }
  const { machine_opened: machines = 0, machine_clicked: robots = 0 } = tracking?.counts ?? {};
  return {
    id: 'funnel',
    title: 'From the list to the reader',
    tables: [
      {
        caption: 'How many are left at each step',
        head: [text('Step'), number('How many'), number('Of those sent'), text(''), text('What that means')],
        rows: steps.map(([name, of, means], at) => [
          text(name),
          count(of),
          number(at < 2 ? '' : percent(of, counts.sent)),
          bar({ share: share(of, rows), kind: 'main' }),
          text(means),
        ]),
      },
    ],
    notes: [
      ...(counts.already_sent > 0
        ? [`${formatCount(counts.already_sent)} had their mail from an earlier run and are not among those sent here.`]
        : []),
      ...(machines + robots > 0
        ? [
            `Left out are opens and clicks by programs that say so, such as scanners and Apple’s mail privacy: ${formatCount(machines)} messages were opened, and ${formatCount(robots)} clicked, by one. Others cannot be told from people, and who blocks pictures is not seen: read opens as a trend.`,
          ]
        : []),
    ],
  };
}

const COLORS: { readonly [emailEvent: string]: Kind } = {
  sent: 'main',
  delivered: 'good',
  bounced: 'bad',
  blocked: 'bad',
  soft_bounced: 'warn',
  suppressed_by_ses: 'soft',
  complained: 'bad',
  opened: 'main',
  clicked: 'main',
};

/** Shows when the emails were sent. */
export function sending({ tracking }: Summary): Section | undefined {
  const of = tracking?.sending;
  if (!of?.counts.sent) return undefined;
  return {
    id: 'sending',
    title: 'When it was sent',
    charts: [timeChart(of, 'sent', { words: `Messages sent, each ${formatDuration(of.seconds)}`, kind: 'main' })],
    tables: [overTime(of, 'Messages sent, over time')],
  };
}

/** Shows when the emails' events happened. */
export function events({ tracking }: Summary): Section | undefined {
  const of = tracking?.events;
  if (!tracking || !of) return undefined;
  const names = Object.keys(of.counts);
  return {
    id: 'events',
    title: 'What became of it, over time',
    lead: [`Each with a scale of its own; a step is ${formatDuration(of.seconds)}. Of each message the first counts.`],
    charts: names.map((name) =>
      timeChart(of, name, { words: EMAIL_EVENT_WORDS[name] ?? name, kind: COLORS[name] ?? 'main' }),
    ),
    tables: [overTime(of, 'What became of it, over time')],
  };
}

/** Makes a table with a row for each interval that has at least one event. */
function overTime({ start, seconds, counts }: Timeline, caption: string) {
  const names = Object.keys(counts);
  const length = counts[names[0]!]!.length;
  const rows = Array.from({ length }, (_, at): Cell[] => [
    text(utcIntervalStart(Date.parse(start) + at * seconds * 1000, seconds)),
    ...names.map((name) => count(counts[name]![at]!)),
  ]).filter((_, at) => names.some((name) => counts[name]![at]! > 0));
  return {
    caption,
    folded: true,
    head: [text('From'), ...names.map((name) => number(EMAIL_EVENT_WORDS[name] ?? name))],
    rows,
  };
}

const utcIntervalStart = (at: number, seconds: number): string => {
  const iso = new Date(at).toISOString();
  return seconds < 60 ? `${iso.slice(0, 19).replace('T', ' ')} UTC` : utcMinute(iso);
};

/** Shows which emails came back, and why. */
export function bounces({ tracking }: Summary): Section | undefined {
  const found = tracking?.bounces;
  if (!tracking || !found) return undefined;
  const { top, others } = found;
  const most = Math.max(others, ...top.map(({ messages }) => messages));
  const { messages, counts, words = [] } = tracking;
  const line = (of: number, kind: Kind): Cell[] => [
    count(of),
    number(percent(of, messages)),
    bar({ share: share(of, most), kind }),
  ];
  return {
    id: 'bounces',
    title: 'What came back, and why',
    lead: [
      `${formatCount(counts.bounced ?? 0)} bounced for good: their addresses get no more mail that can be left. ` +
        `${formatCount(counts.blocked ?? 0)} were blocked: the receiver refuses your sending domain or IP address, not the recipient, who stays on your lists. ` +
        `${formatCount(counts.soft_bounced ?? 0)} came back for now, and may arrive another time. ` +
        `${formatCount(counts.suppressed_by_ses ?? 0)} SES held back itself, because it knows the address as one that bounces or complains.`,
    ],
    tables: [
      {
        caption: 'Messages that came back, by reason',
        head: [text('Reason'), text('How'), text('Status'), number('Messages'), number('Of those sent'), text('')],
        rows: [
          ...top.map(({ event: emailEvent, kind, status, messages: of }) => [
            text(bounceWords(kind, status)),
            text(EMAIL_EVENT_WORDS[emailEvent] ?? emailEvent),
            text(status ?? ''),
            ...line(of, COLORS[emailEvent] ?? 'bad'),
          ]),
          ...(others > 0 ? [[text('Other reasons'), text(''), text(''), ...line(others, 'soft')]] : []),
        ],
      },
      ...(words.length > 0
        ? [
            {
              caption: 'What receiving servers said most often, without addresses and numbers',
              head: [text('Words'), number('Messages')],
              rows: words.map(({ said, messages: of }) => [text(said), count(of)]),
            },
          ]
        : []),
    ],
    notes: [
      `SES reviews accounts of which more than ${SES_REVIEWS_AT.bouncePercent} % of the mail bounces for good, or ${SES_REVIEWS_AT.complaintPercent} % is complained about.`,
      ...(words.length > 0 ? [`Words that came fewer than ${FEW} times are left out; results.csv has them.`] : []),
    ],
  };
}

/** Shows the emails by receiving domain. */
export function domains({ tracking }: Summary): Section | undefined {
  const found = tracking?.domains;
  if (!tracking || !found) return undefined;
  const { top, others, missed } = found;
  const most = Math.max(1, others.messages, ...top.map(({ counts }) => counts.messages));
  const opened = shows(tracking, 'opened');
  const line = (name: string, of: DomainCounts): Cell[] => {
    const back = (of.bounced ?? 0) + (of.blocked ?? 0) + (of.soft_bounced ?? 0) + (of.suppressed_by_ses ?? 0);
    return [
      text(name),
      count(of.messages),
      count(of.delivered ?? 0),
      count(back),
      number(percent(back, of.messages)),
      count(of.complained ?? 0),
      ...(opened ? [number(percent(of.opened ?? 0, of.messages))] : []),
      bar(
        { share: share(of.delivered ?? 0, most), kind: 'good' },
        { share: share(back, most), kind: 'bad' },
        { share: share(Math.max(0, of.messages - (of.delivered ?? 0) - back), most), kind: 'soft' },
      ),
    ];
  };
  return {
    id: 'domains',
    title: 'By receiving domain',
    tables: [
      {
        caption: 'Messages by receiving domain: delivered, come back, and the rest of them',
        head: [
          text('Domain'),
          number('Sent'),
          number('Delivered'),
          number('Came back'),
          number('Of its mail'),
          number('Complained'),
          ...(opened ? [number('Opened')] : []),
          text(''),
        ],
        rows: [
          ...top.map(({ domain, counts }) => line(domain, counts)),
          ...(others.messages > 0 ? [line('All others', others)] : []),
        ],
      },
    ],
    notes: [
      `Domains with fewer than ${FEW} receivers are always among “all others”: their names might be people’s.`,
      ...(missed
        ? [
            `The list has very many domains, so the seldom ones were not counted one by one: a domain’s numbers may be up to ${formatCount(missed)} too low. Those of “all others” and the sums are exact together.`,
          ]
        : []),
    ],
  };
}
