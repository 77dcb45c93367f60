import { formatCount } from '../../../domain/text/format-count';
/** A cell, and a bar beside its number: shares of the longest one, each of a kind. */
export interface Cell {
  readonly text: string;
  readonly number?: boolean;
  readonly bar?: readonly Part[];
}

export interface Part {
  /** From 0 to 1, of the bar's whole length. */
  readonly share: number;
  /** A class of the style sheet. */
  readonly kind: Kind;
}

export type Kind = 'main' | 'good' | 'warn' | 'bad' | 'soft';

export interface Table {
  readonly caption: string;
  /** Shown on demand: a chart says the same. */
  readonly folded?: boolean;
  readonly head: readonly Cell[];
  /** The first cell of each names it. */
  readonly rows: readonly (readonly Cell[])[];
}

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly lead?: readonly string[];
  /** SVG of ours. */
  readonly charts?: readonly string[];
  readonly tables?: readonly Table[];
  readonly notes?: readonly string[];
}

export const text = (said: string): Cell => ({ text: said });
export const number = (said: string): Cell => ({ text: said, number: true });
export const count = (of: number): Cell => number(formatCount(of));
export const bar = (...parts: readonly Part[]): Cell => ({ text: '', bar: parts });

/** As people say it; a little is never nothing. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '–';
  const share = (100 * part) / whole;
  if (part > 0 && share < 0.01) return 'under 0.01 %';
  const digits = share < 1 ? 2 : 1;
  const shown = share.toLocaleString('en-US', { maximumFractionDigits: digits });
  return `${part < whole && shown === '100' ? '99.9' : shown} %`;
}

export const moment = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;
