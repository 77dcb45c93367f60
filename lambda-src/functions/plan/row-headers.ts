import type { Recipient, Settings } from '../../../src/private/contract';
import { parseMailbox } from '../../domain/address/mailbox';
import { parseAddress } from '../../domain/address/parse-address';
import { findColumn } from '../../domain/list/columns';
import type { Header } from '../../domain/list/header';
import type { RowErrorCode } from '../../domain/list/rejections';
import { cellValue, LOST_LETTERS, SHEET_ERROR, UNCALCULATED } from './values';

const MAX_NAME = 100;
const UNPRINTABLE = /[\p{Cc}\u2028\u2029]/u;
const FAULTS = [UNPRINTABLE, SHEET_ERROR, LOST_LETTERS, UNCALCULATED];

export type HeaderColumns = Pick<Settings['intake'], 'fromNameColumn' | 'replyToColumn'>;
type HeaderValues = Pick<Recipient, 'fromName' | 'replyTo'>;

/** Reads each row's own From name and Reply-To address from the columns that the settings name. */
export class RowHeaders {
  private readonly fromName?: number;
  private readonly replyTo?: number;
  /** The highest index of these columns; -1 if the list has none. */
  readonly lastColumn: number;

  constructor(header: Header, { fromNameColumn, replyToColumn }: HeaderColumns) {
    const find = (name: string | undefined) => (name === undefined ? undefined : findColumn(header, name)?.index);
    this.fromName = find(fromNameColumn);
    this.replyTo = find(replyToColumn);
    this.lastColumn = Math.max(this.fromName ?? -1, this.replyTo ?? -1);
  }

  /** Returns the row's values, or the error of one that no header can hold. */
  of(cells: readonly string[]): HeaderValues | RowErrorCode {
    const fromName = read(cells, this.fromName);
    const replyTo = read(cells, this.replyTo);
    if ([...fromName].length > MAX_NAME || FAULTS.some((fault) => fault.test(fromName))) return 'MM432';
    if (replyTo !== '' && !isMailbox(replyTo)) return 'MM433';
    return { ...(fromName === '' ? {} : { fromName }), ...(replyTo === '' ? {} : { replyTo }) };
  }
}

const read = (cells: readonly string[], index: number | undefined): string =>
  index === undefined ? '' : cellValue(cells[index] ?? '');

function isMailbox(text: string): boolean {
  const mailbox = UNPRINTABLE.test(text) ? undefined : parseMailbox(text);
  return mailbox !== undefined && 'address' in parseAddress(mailbox.address);
}
