import { rejectList } from '../rejections';
import type { Archive } from './archive';
import { NOT_CALCULATED } from './not-calculated';
import type { NumberFormat, Shown } from './number-format';
import { RichText, type SharedStrings } from './shared-strings';
import { type Attributes, isTrue, readXml, unescapeText } from './xml';

/** Excel's limits of rows and columns in a sheet. */
const MAX_ROW = 1_048_576;
const MAX_COLUMN = 16_384;
/** Maximum characters in a row. */
const MAX_ROW_CHARACTERS = 1 << 20;

export interface SheetRow {
  /** Row number in the sheet. */
  readonly line: number;
  readonly cells: string[];
  /** Cells whose displayed text is unknown: their number format, by column. */
  readonly unshown?: ReadonlyMap<number, string>;
  /** Whether the row is hidden by hand, by a filter or in a collapsed group. */
  readonly hidden: boolean;
}

export interface SheetParts {
  readonly archive: Archive;
  readonly part: string;
  readonly strings: SharedStrings;
  readonly styles: readonly NumberFormat[];
  readonly date1904: boolean;
}

/** Streams the rows in a sheet's file, including blank ones. */
export async function* readSheet(parts: SheetParts): AsyncGenerator<SheetRow> {
  const reader = new SheetReader(parts);
  for await (const _ of readXml(parts.archive, parts.part, reader)) yield* reader.take();
  yield* reader.take();
}

class SheetReader {
  private rows: SheetRow[] = [];
  /** Elements before and after the cells use the same tag names. */
  private inCells = false;
  private line = 0;
  private hidden = false;
  private cells: string[] = [];
  private unshown?: Map<number, string>;
  private characters = 0;
  private column = -1;
  private cell: Attributes = {};
  private value = '';
  private inValue = false;
  private isFormula = false;
  private readonly rich = new RichText();

  constructor(private readonly parts: SheetParts) {}

  take(): readonly SheetRow[] {
    const { rows } = this;
    this.rows = [];
    return rows;
  }

  opened(name: string, attributes: Attributes): void {
    if (name === 'sheetData') this.inCells = true;
    if (!this.inCells) return;
    if (name === 'c') this.beginCell(attributes);
    else if (name === 'v') this.inValue = true;
    else if (name === 'f') this.isFormula = true;
    else if (name === 'row') this.beginRow(attributes);
    else this.rich.opened(name);
  }

  text(piece: string): void {
    if (!this.inValue) this.rich.add(piece);
    else if (this.value.length + piece.length > MAX_ROW_CHARACTERS) throw this.tooLong();
    else this.value += piece;
  }

  closed(name: string): void {
    if (name === 'sheetData') this.inCells = false;
    if (!this.inCells) return;
    if (name === 'c') this.endCell();
    else if (name === 'v') this.inValue = false;
    else if (name === 'row') this.endRow();
    else this.rich.closed(name);
  }

  private beginRow({ r, hidden, ht }: Attributes): void {
    const line = r === undefined ? this.line + 1 : Number(r);
    if (!(Number.isInteger(line) && line > this.line && line <= MAX_ROW)) {
      throw this.broken(`row ${this.line} is followed by one that comes before it, or by none that a sheet has`);
    }
    this.line = line;
    this.hidden = isTrue(hidden) || Number(ht ?? 1) === 0;
    this.cells = [];
    this.unshown = undefined;
    this.characters = 0;
    this.column = -1;
  }

  private endRow(): void {
    const { line, cells, unshown, hidden } = this;
    this.rows.push({ line, cells, unshown, hidden });
  }

  private beginCell(attributes: Attributes): void {
    const { r } = attributes;
    this.column = r === undefined ? this.column + 1 : columnOf(r);
    if (!(this.column >= 0 && this.column < MAX_COLUMN)) throw this.broken('a cell is in no column that a sheet has');
    this.cell = attributes;
    this.value = '';
    this.isFormula = false;
    this.rich.begin();
  }

  private endCell(): void {
    const shown = this.shown();
    if (shown.text === '') return;
    const { cells, column } = this;
    this.characters += shown.text.length;
    if (this.characters > MAX_ROW_CHARACTERS) throw this.tooLong();
    while (cells.length <= column) cells.push('');
    cells[column] = shown.text;
    if (!('format' in shown)) return;
    this.unshown ??= new Map();
    this.unshown.set(column, shown.format);
  }

  private shown(): Shown {
    const { t, s = '0' } = this.cell;
    const { strings, styles } = this.parts;
    const style = styles[Number(s)];
    const { value } = this;
    if (t === 'inlineStr') return this.ofText(this.rich.end(), style);
    if (value === '') return { text: this.isFormula && t !== 'str' ? NOT_CALCULATED : '' };
    if (t === 's') return this.ofText(strings.at(Number(value)), style);
    if (t === 'str') return this.ofText(unescapeText(value), style);
    if (t === 'e') return { text: value };
    if (t === 'b') return { text: isTrue(value) ? 'TRUE' : 'FALSE' };
    const number = t === 'd' ? serialOf(value, this.parts.date1904) : Number(value);
    if (!Number.isFinite(number)) throw this.broken('a cell holds no number where one must be');
    return style ? style.number(number) : { text: String(number) };
  }

  private ofText(text: string, style: NumberFormat | undefined): Shown {
    return { text: style?.ofTexts ? style.text(text) : text };
  }

  private tooLong() {
    return rejectList('MM356', `more than ${MAX_ROW_CHARACTERS} characters in row ${this.line}`);
  }

  private broken(why: string) {
    return rejectList('MM350', `in row ${this.line} of the sheet, ${why}`);
  }
}

/** Returns the column of a reference such as `AB12`, from 0. */
function columnOf(reference: string): number {
  let column = 0;
  for (let at = 0; at < reference.length; at++) {
    const letter = reference.charCodeAt(at) & ~0x20;
    if (letter < 65 || letter > 90) break;
    column = column * 26 + letter - 64;
    if (column > MAX_COLUMN) break;
  }
  return column - 1;
}

/** Converts an ISO 8601 date, as in Strict workbooks, to a serial number. */
function serialOf(iso: string, date1904: boolean): number {
  const time = Date.parse(
    /T.*(?:Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso.includes('T') ? iso : `${iso}T00:00:00`}Z`,
  );
  return time / 86_400_000 + 25_569 - (date1904 ? 1462 : 0);
}
