import { createHash } from 'node:crypto';
import type { Body } from '../../ports';
import type { Header } from '../header';
import { type List, type ListOptions, type Row, readList } from '../list';
import { ReadAgain } from '../read-again';
import { inPart, ListRejected } from '../rejections';
import type { Part } from './open-list';

/** A list in one or several objects, with what is known while it is read. */
export interface JoinedList
  extends Pick<List, 'header' | 'delimiter' | 'quotes' | 'shortRows' | 'sheet' | 'hiddenRows'> {
  /** Encoding of the part being read. */
  readonly text: Pick<List['text'], 'encoding' | 'guessed'>;
  /** Digest that identifies the list, whatever the order of its parts. Undefined until all rows are read. */
  readonly content?: string;
  readonly rows: AsyncIterable<Row>;
  /** Absent for a list in one object. */
  readonly parts?: readonly { readonly name: string; readonly rows: number }[];
}

/** Reads the parts as one list. Starts again whenever a part shows that it must be read with other options. */
export async function readingParts<T>(
  parts: readonly Part[],
  options: ListOptions,
  read: (list: JoinedList) => Promise<T>,
): Promise<T> {
  const known: ListOptions[] = parts.map(() => options);
  for (;;) {
    const reading = new PartsReading(parts, known);
    try {
      await reading.begin();
      return await read(reading);
    } catch (error) {
      if (!(error instanceof ReadAgain)) throw error;
      const at = reading.failed;
      if (at !== undefined) known[at] = { ...known[at], ...(await error.learn(parts[at]!.open)) };
    } finally {
      reading.close();
    }
  }
}

class PartsReading implements JoinedList {
  header!: Header;
  delimiter!: string;
  text!: List['text'];
  quotes: List['quotes'] = 'strict';
  shortRows = false;
  sheet?: string;
  hiddenRows = 0;
  content?: string;
  /** The part to read again with other options. */
  failed?: number;
  private begun!: { readonly at: number; readonly list: List };
  private body?: Body;
  private readonly counts: number[];

  constructor(
    private readonly all: readonly Part[],
    private readonly known: readonly ListOptions[],
  ) {
    this.counts = all.map(() => 0);
  }

  /** Opens the first part that is not empty. Its header is the list's header. */
  async begin(): Promise<void> {
    for (let at = 0; ; at++) {
      const list = await this.open(at, this.all[at]!.open, { mayBeEmpty: at + 1 < this.all.length });
      if (!list) continue;
      this.begun = { at, list };
      this.header = list.header;
      this.delimiter = list.delimiter;
      return;
    }
  }

  get parts(): JoinedList['parts'] {
    if (this.all[0]!.name === undefined) return undefined;
    return this.all.map(({ name }, at) => ({ name: name!, rows: this.counts[at]! }));
  }

  get rows(): AsyncIterable<Row> {
    return this.read();
  }

  close(): void {
    this.body?.destroy();
  }

  private async *read(): AsyncGenerator<Row> {
    const contents: string[] = [];
    let row = 0;
    let bytes = 0;
    for (const [at, { name, open }] of this.all.entries()) {
      if (at < this.begun.at) continue;
      const further = { like: { name: this.all[this.begun.at]!.name!, header: this.header }, bytes };
      const list = at === this.begun.at ? this.begun.list : await this.open(at, open, { ...further, mayBeEmpty: true });
      if (!list) continue;
      try {
        for await (const one of list.rows) {
          this.counts[at]! += 1;
          yield name === undefined ? one : { ...one, row: ++row, part: at + 1 };
        }
      } catch (error) {
        throw this.failure(error, at);
      }
      bytes += list.text.size;
      this.hiddenRows += list.hiddenRows ?? 0;
      contents.push(list.text.content!);
    }
    this.content = joinedContent(contents);
  }

  /** Opens a part. Returns undefined if it is empty, because its writer had no rows for it. */
  private async open(
    at: number,
    open: Part['open'],
    { bytes = 0, like, mayBeEmpty }: Opening,
  ): Promise<List | undefined> {
    this.body?.destroy();
    const options = this.known[at]!;
    const { maxBytes = Number.POSITIVE_INFINITY } = options;
    try {
      this.body = await open();
      const list = await readList(this.body, { ...options, like, maxBytes: maxBytes - bytes });
      this.text = list.text;
      if (this.quotes === 'strict') this.quotes = list.quotes;
      this.shortRows ||= list.shortRows;
      this.sheet ??= list.sheet;
      return list;
    } catch (error) {
      if (mayBeEmpty && error instanceof ListRejected && error.code === 'MM307') return undefined;
      throw this.failure(error, at);
    }
  }

  /** Adds the part's name to a rejection. */
  private failure(error: unknown, at: number): unknown {
    if (error instanceof ReadAgain) this.failed = at;
    const { name } = this.all[at]!;
    return name !== undefined && error instanceof ListRejected ? inPart(name, error) : error;
  }
}

interface Opening extends Pick<ListOptions, 'like'> {
  readonly mayBeEmpty: boolean;
  /** Decompressed size of the previous parts. */
  readonly bytes?: number;
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url');
const EMPTY = digestOf('');

/** Combines the parts' digests. Ignores empty parts. */
export function joinedContent(contents: readonly string[]): string {
  const [first = EMPTY, ...more] = contents.filter((content) => content !== EMPTY).sort();
  return more.length === 0 ? first : digestOf([first, ...more].join('\n'));
}
