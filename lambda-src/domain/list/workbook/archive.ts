import { crc32 } from 'node:zlib';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { type FileKind, zipKind } from '../file-kinds';
import { ListRejected, rejectList } from '../rejections';
import { START_BYTES } from '../unpack';

/** Maximum parts. A workbook has about ten, and one more per sheet. */
const MAX_PARTS = 10_000;
/** Maximum decompressed bytes read. A sheet of a million rows and 20 columns has about 700 MiB. */
export const MAX_UNPACKED = 2 ** 30;

/** The parts of a workbook: a ZIP file, read by its directory. */
export class Archive {
  static async open(bytes: Buffer): Promise<Archive> {
    try {
      const zip = await fromBufferPromise(bytes, { lazyEntries: true });
      const entries = new Map<string, Entry>();
      for await (const entry of zip.eachEntry()) {
        const name = entry.fileName.toLowerCase();
        if (entries.size >= MAX_PARTS) throw rejectList('MM356', `more than ${MAX_PARTS} parts`);
        if (entries.has(name)) throw rejectList('MM350', `it has two parts ${name}`);
        entries.set(name, entry);
      }
      return new Archive(zip, entries, zipKind(bytes.subarray(0, START_BYTES), [...entries.keys()]));
    } catch (error) {
      throw asRejection(error, 'its ZIP file');
    }
  }

  private unpacked = 0;
  private readonly read = new Set<Entry>();

  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
    /** The kind of file, if it is not a workbook. */
    readonly kind: FileKind,
  ) {}

  /** Part names are case-insensitive. */
  has(name: string): boolean {
    return this.entries.has(name.toLowerCase());
  }

  /** Reads a part, decompressed. Rejects the list if the part is too large or its checksum is wrong. */
  async *bytes(name: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name.toLowerCase());
    if (!entry) throw rejectList('MM350', `the part ${name} is missing`);
    if (entry.isEncrypted()) throw rejectList('MM351');
    // yauzl enforces the directory's size. Count each part once, because a sheet may be read twice.
    if (!this.read.has(entry)) this.unpacked += entry.uncompressedSize;
    this.read.add(entry);
    if (this.unpacked > MAX_UNPACKED) throw rejectList('MM356', `more than ${MAX_UNPACKED} bytes, unpacked`);
    let sum = 0;
    try {
      for await (const chunk of await this.zip.openReadStreamPromise(entry)) {
        sum = crc32(chunk, sum);
        yield chunk;
      }
    } catch (error) {
      throw asRejection(error, name);
    }
    if (sum !== entry.crc32) throw rejectList('MM350', `the part ${name} is not what its checksum says`);
  }
}

/** Converts a library's error to a rejection. Drops the error's text, which may repeat bytes of the file. */
export const asRejection = (error: unknown, what: string): ListRejected =>
  error instanceof ListRejected ? error : rejectList('MM350', `${what} is broken or not complete`);
