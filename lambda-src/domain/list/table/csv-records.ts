import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { afterFailure, PARSER_OPTIONS, relaxedCell } from '../quotes';
import type { Learnt } from '../read-again';
import { rejectList } from '../rejections';
import { lineBreaks, type RawRecord } from './table';

/** Maximum bytes of a row, so that an unclosed quotation mark does not load the whole list into memory. */
export const MAX_ROW_BYTES = 1 << 20;

/** Properties of the rows found from the first bytes. */
interface Begins {
  /** Line of the header. */
  readonly line: number;
  readonly everyCellIsQuoted: boolean;
}

/** Yields every record, including blank ones. Each ends in one line break, which determines the line numbers. */
export async function* readRecords(
  source: AsyncIterable<Buffer>,
  delimiter: string,
  { quotes = 'strict', firstFailure, line: first, everyCellIsQuoted }: Learnt & Begins,
): AsyncGenerator<RawRecord> {
  let line = first;
  // Number records while parsing: the stream drops waiting records when a later one is malformed.
  const numbered = (parsed: string[]): RawRecord => {
    const cells = quotes === 'relaxed' ? parsed.map((cell) => relaxedCell(cell, everyCellIsQuoted)) : parsed;
    const breaks = cells.reduce((sum, cell) => sum + lineBreaks(cell), 0);
    const record = { line, cells, breaks };
    line += breaks + 1;
    return record;
  };
  const watched = new BackslashWatch();
  const parser = parse({
    ...PARSER_OPTIONS[quotes],
    bom: true,
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: MAX_ROW_BYTES,
    // The type expects arrays unless columns are named.
    on_record: numbered as never,
  });
  // The pipeline destroys the parser with the source's error, which the loop below throws.
  pipeline(Readable.from(watched.pass(source), { objectMode: false }), parser, () => {});
  try {
    yield* parser as AsyncIterable<RawRecord>;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const swallowed = error.code === 'CSV_MAX_RECORD_SIZE' || error.code === 'CSV_QUOTE_NOT_CLOSED';
    const failure =
      error.code === 'CSV_MAX_RECORD_SIZE' ? rejectList('MM313', line, MAX_ROW_BYTES) : rejectList('MM312', line);
    throw afterFailure(failure, { quotes, firstFailure, delimiter, backslashes: watched.found, swallowed });
  }
}

/** Detects `\"`, which programs other than spreadsheets use for a quotation mark. */
class BackslashWatch {
  found = false;

  async *pass(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let last: number | undefined;
    for await (const chunk of source) {
      this.found ||= chunk.includes('\\"') || (last === 0x5c && chunk[0] === 0x22);
      last = chunk.at(-1);
      yield chunk;
    }
  }
}
