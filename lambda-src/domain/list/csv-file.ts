import type { Files, Writer } from '../ports';
import { BufferedWriter } from '../run/jsonl';
import { BYTE_ORDER_MARK, csvLines } from './csv';

const CONTENT = 'text/csv; charset=utf-8';

/** A CSV file in the list's own delimiter. It is created with the first row, so that there is no file without rows. */
export class CsvFile {
  private writer?: Writer;

  constructor(
    private readonly files: Files,
    readonly key: string,
    private readonly header: readonly string[],
    private readonly delimiter: string | undefined,
  ) {}

  async add(rows: readonly (readonly string[])[]): Promise<void> {
    if (rows.length === 0) return;
    if (!this.writer) {
      this.writer = new BufferedWriter(this.files.write(this.key, CONTENT));
      await this.writer.write(BYTE_ORDER_MARK + csvLines([this.header], this.delimiter));
    }
    await this.writer.write(csvLines(rows, this.delimiter));
  }

  async abandon(): Promise<void> {
    await this.writer?.abandon();
  }

  async end(): Promise<boolean> {
    await this.writer?.end();
    return this.writer !== undefined;
  }
}
