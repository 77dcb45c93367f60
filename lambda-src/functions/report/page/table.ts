import { formatCount } from '../../../domain/text/format-count';

/** A table cell with text, a number or a bar. */
export interface Cell {
  readonly text: string;
  readonly number?: boolean;
  readonly bar?: readonly Part[];
}

/** A colored part of a bar. */
export interface Part {
  /** The part's length, from 0 to 1 of the bar. */
  readonly share: number;
  /** The CSS class, which sets the color. */
  readonly kind: Kind;
}

/** The classes of bar and chart colors. */
export type Kind = 'main' | 'good' | 'warn' | 'bad' | 'soft';

export interface Table {
  readonly caption: string;
  /** Whether the table is collapsed, because a chart shows the same numbers. */
  readonly folded?: boolean;
  readonly head: readonly Cell[];
  /** The rows; the first cell of each is its header. */
  readonly rows: readonly (readonly Cell[])[];
}

/** A section of the report page. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly lead?: readonly string[];
  /** SVG that is inserted unescaped. */
  readonly charts?: readonly string[];
  readonly tables?: readonly Table[];
  readonly notes?: readonly string[];
}

export const text = (value: string): Cell => ({ text: value });
export const number = (value: string): Cell => ({ text: value, number: true });
export const count = (of: number): Cell => number(formatCount(of));
export const bar = (...parts: readonly Part[]): Cell => ({ text: '', bar: parts });

/** Formats a share as a percentage. A nonzero part never shows as 0 %, and an incomplete one never as 100 %. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '–';
  const share = (100 * part) / whole;
  if (part > 0 && share < 0.01) return 'under 0.01 %';
  const digits = share < 1 ? 2 : 1;
  const shown = share.toLocaleString('en-US', { maximumFractionDigits: digits });
  return `${part < whole && shown === '100' ? '99.9' : shown} %`;
}

/** Formats an ISO time to the minute, in UTC. */
export const utcMinute = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;
