import type { TrackingChoice, TrackingSettings } from '../../../src/private/contract';
import { findColumn } from './columns';
import type { Header } from './header';
import { trimCell } from './trim';

/**
 * Returns a function that reads a row's consent to tracking. A cell that is not one of the values for yes refuses it; an
 * empty cell, or a list without the column, leaves it unknown.
 */
export function consentsOf(
  header: Pick<Header, 'columns'>,
  { consentColumn, consentValues = [] }: Partial<TrackingSettings> = {},
): (cells: readonly string[]) => TrackingChoice | undefined {
  const column = consentColumn === undefined ? undefined : findColumn(header, consentColumn);
  if (!column) return () => undefined;
  const yes = new Set(consentValues.map((value) => value.trim().toLowerCase()));
  return (cells) => {
    const cell = trimCell(cells[column.index] ?? '').toLowerCase();
    if (cell === '') return undefined;
    return yes.has(cell) ? 'given' : 'refused';
  };
}
