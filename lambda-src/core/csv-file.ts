import { BYTE_ORDER_MARK, csvLine } from './csv';
import { BufferedWriter } from './jsonl';
import type { Files, Writer } from './ports';

const CONTENT = 'text/csv; charset=utf-8';

/** A CSV file that we write, in its list's own delimiter; begun with its first row, and not there without one. */
export class CsvFile {
  private writer?: Writer;

  constructor(
    private readonly files: Files,
    readonly key: string,
    private readonly header: readonly string[],
    private readonly delimiter: string | undefined,
  ) {}

  async add(cells: readonly string[]): Promise<void> {
    if (!this.writer) {
      this.writer = new BufferedWriter(this.files.write(this.key, CONTENT));
      await this.writer.write(BYTE_ORDER_MARK + csvLine(this.header, this.delimiter));
    }
    await this.writer.write(csvLine(cells, this.delimiter));
  }

  async end(): Promise<boolean> {
    await this.writer?.end();
    return this.writer !== undefined;
  }
}
