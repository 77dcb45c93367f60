import { rejectList } from '../rejections';
import type { Archive } from './archive';
import { readPart, unescapeText } from './xml';

/** Maximum UTF-8 bytes of all strings, which stay in memory while the sheet is read. */
export const MAX_STRINGS = 128 * 2 ** 20;
const MAX_COUNT = 1 << 23;
/** Longer than any cell may be. */
const MAX_TEXT = 1 << 20;

/**
 * The shared strings of a workbook, which cells refer to by index. Stored as UTF-8 because separate strings take more
 * memory.
 */
export class SharedStrings {
  static async read(archive: Archive, part: string | undefined): Promise<SharedStrings> {
    const strings = new SharedStrings();
    if (part === undefined) return strings;
    const text = new RichText();
    await readPart(archive, part, {
      opened: (name) => (name === 'si' ? text.begin() : text.opened(name)),
      text: (piece) => text.add(piece),
      closed: (name) => (name === 'si' ? strings.add(text.end()) : text.closed(name)),
    });
    return strings;
  }

  private bytes = Buffer.allocUnsafe(1 << 16);
  /** End offset of each string. */
  private ends = new Uint32Array(1 << 12);
  private count = 0;

  at(index: number): string {
    if (!(index >= 0 && index < this.count)) throw rejectList('MM350', 'a cell names a text that is not there');
    return this.bytes.toString('utf8', this.startOf(index), this.ends[index]);
  }

  private startOf(index: number): number {
    return index === 0 ? 0 : this.ends[index - 1]!;
  }

  private add(text: string): void {
    const start = this.startOf(this.count);
    const end = start + Buffer.byteLength(text);
    if (end > MAX_STRINGS) throw rejectList('MM356', `more than ${MAX_STRINGS} bytes of text`);
    if (this.count >= MAX_COUNT) throw rejectList('MM356', `more than ${MAX_COUNT} texts`);
    if (end > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.min(MAX_STRINGS, Math.max(end, this.bytes.length * 2)));
      this.bytes.copy(larger, 0, 0, start);
      this.bytes = larger;
    }
    if (this.count === this.ends.length) {
      const larger = new Uint32Array(this.ends.length * 2);
      larger.set(this.ends);
      this.ends = larger;
    }
    this.bytes.write(text, start);
    this.ends[this.count++] = end;
  }
}

/** Joins the runs of a cell's rich text, without phonetic hints. */
export class RichText {
  private pieces = '';
  private inText = false;
  private phonetic = false;

  begin(): void {
    this.pieces = '';
  }

  opened(name: string): void {
    if (name === 't') this.inText = true;
    else if (name === 'rPh') this.phonetic = true;
  }

  closed(name: string): void {
    if (name === 't') this.inText = false;
    else if (name === 'rPh') this.phonetic = false;
  }

  add(piece: string): void {
    if (!this.inText || this.phonetic) return;
    this.pieces += piece;
    if (this.pieces.length > MAX_TEXT) throw rejectList('MM356', `a text of more than ${MAX_TEXT} characters`);
  }

  end(): string {
    return unescapeText(this.pieces);
  }
}
