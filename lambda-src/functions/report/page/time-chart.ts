import { scaleLinear, scaleUtc } from 'd3-scale';
import { area, curveStepAfter } from 'd3-shape';
import { escapeHtml } from '../../../domain/template/escape';
import { formatDuration } from '../../../domain/text/duration';
import { formatCount } from '../../../domain/text/format-count';
import type { Timeline } from '../breakdown/timeline';
import { type Kind, utcMinute } from './table';

const WIDTH = 480;
const HEIGHT = 170;
const PLOT = { left: 58, right: WIDTH - 14, top: 14, bottom: HEIGHT - 30 };
/** The minimum distance of labels on the time axis, in pixels. */
const LABEL = 70;

/** Draws the counts of a timeline as an SVG area chart. The page's style sheet sets the colors. */
export function timeChart(of: Timeline, name: string, { words, kind }: { words: string; kind: Kind }): string {
  const counts = of.counts[name] ?? [];
  const start = Date.parse(of.start);
  const at = (interval: number): Date => new Date(start + interval * of.seconds * 1000);
  const most = Math.max(...counts, 1);
  const x = scaleUtc()
    .domain([at(0), at(counts.length)])
    .range([PLOT.left, PLOT.right]);
  const y = scaleLinear().domain([0, most]).nice(4).range([PLOT.bottom, PLOT.top]);
  const steps = [...counts, counts.at(-1) ?? 0];
  const shape = area<number>()
    .x((_, interval) => x(at(interval)))
    .y0(PLOT.bottom)
    .y1((count) => y(count))
    .curve(curveStepAfter)
    .digits(1);
  const xTicks = x.ticks(Math.floor((PLOT.right - PLOT.left) / LABEL));
  const yTicks = y.ticks(4).filter(Number.isInteger);
  const id = `chart-${name}`;
  const peak = counts.indexOf(most);
  const description =
    `${words}, in each ${formatDuration(of.seconds)} from ${utcMinute(of.start)} to ${utcMinute(at(counts.length).toISOString())}. ` +
    `The most, ${formatCount(most)}, from ${utcMinute(at(Math.max(0, peak)).toISOString())}. The table below has all of them.`;
  return [
    `<figure><figcaption>${escapeHtml(words)}</figcaption>`,
    `<svg class="time" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-said">`,
    `<title id="${id}-title">${escapeHtml(words)}</title><desc id="${id}-said">${escapeHtml(description)}</desc>`,
    ...yTicks.map((tick) => {
      const height = y(tick).toFixed(1);
      return (
        `<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${height}" y2="${height}"/>` +
        `<text class="tick" x="${PLOT.left - 8}" y="${height}" dy="0.32em" text-anchor="end">${formatCount(tick)}</text>`
      );
    }),
    `<path class="${kind}" d="${shape(steps) ?? ''}"/>`,
    `<line class="axis" x1="${PLOT.left}" x2="${PLOT.right}" y1="${PLOT.bottom}" y2="${PLOT.bottom}"/>`,
    ...xTicks.map((tick) => {
      const from = x(tick).toFixed(1);
      return (
        `<line class="axis" x1="${from}" x2="${from}" y1="${PLOT.bottom}" y2="${PLOT.bottom + 5}"/>` +
        `<text class="tick" x="${from}" y="${PLOT.bottom + 19}" text-anchor="${x(tick) > PLOT.right - 20 ? 'end' : 'middle'}">${time(tick)}</text>`
      );
    }),
    '</svg></figure>',
  ].join('');
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Formats an axis label: the time of day, or the date at midnight. */
function time(at: Date): string {
  const iso = at.toISOString();
  if (iso.slice(11, 19) === '00:00:00') return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`;
  return at.getUTCSeconds() === 0 ? iso.slice(11, 16) : iso.slice(11, 19);
}
