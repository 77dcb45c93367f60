import { findColumn } from '../../../domain/list/columns';
import type { Header } from '../../../domain/list/header';
import { cellValue } from '../values';

const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** Reads each row's SES tenant from the column that the settings name. */
export class RowTenant {
  /** The index of the column; -1 if the settings name none. */
  readonly lastColumn: number;
  private readonly isNeeded: boolean;

  constructor(header: Header, { tenant, column }: { readonly tenant?: string; readonly column?: string }) {
    this.lastColumn = column === undefined ? -1 : (findColumn(header, column)?.index ?? -1);
    this.isNeeded = column !== undefined && tenant === undefined;
  }

  /** Returns the row's tenant, if it has one of its own. Undefined if the cell is no name, or a name is needed. */
  of(cells: readonly string[]): { readonly tenant?: string } | undefined {
    const name = this.lastColumn === -1 ? '' : cellValue(cells[this.lastColumn] ?? '');
    if (name === '') return this.isNeeded ? undefined : {};
    return NAME.test(name) ? { tenant: name } : undefined;
  }
}
