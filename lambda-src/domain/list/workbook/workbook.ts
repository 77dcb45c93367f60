import { posix } from 'node:path';
import { isOle, OLD_WORKBOOK } from '../file-kinds';
import { rejectList } from '../rejections';
import { trimCell } from '../trim';
import { Archive } from './archive';
import { SharedStrings } from './shared-strings';
import { readSheet, type SheetParts, type SheetRow } from './sheet';
import { readStyles } from './styles';
import { isTrue, prefixed, readPart } from './xml';

/** Name of a stream that distinguishes an encrypted workbook from an old one. */
const ENCRYPTED = Buffer.from('EncryptedPackage', 'utf16le');
const MAX_SHEETS = 1000;

export interface WorkbookOptions {
  /** The list's sheet. By default, the only visible sheet that has content. */
  readonly sheet?: string;
}

export interface OpenSheet {
  readonly name: string;
  readonly rows: AsyncGenerator<SheetRow>;
}

/** Opens the workbook's sheet that contains the list. Rejects files that only begin like a workbook. */
export async function openWorkbook(bytes: Buffer, { sheet: wanted }: WorkbookOptions = {}): Promise<OpenSheet> {
  if (isOle(bytes))
    throw bytes.includes(ENCRYPTED) ? rejectList('MM351') : rejectList('MM311', OLD_WORKBOOK.kind, OLD_WORKBOOK.todo);
  const archive = await Archive.open(bytes);
  const book = await readBook(archive);
  const parts = {
    archive,
    date1904: book.date1904,
    strings: await SharedStrings.read(archive, book.part('sharedStrings')),
    styles: await readStyles(archive, book.part('styles'), book.date1904),
  };
  const { name, part } = await choose(book.sheets, wanted, parts);
  return { name, rows: readSheet({ ...parts, part }) };
}

interface Sheet {
  readonly name: string;
  readonly part: string;
  readonly visible: boolean;
}

interface Book {
  readonly date1904: boolean;
  readonly sheets: readonly Sheet[];
  part(type: string): string | undefined;
}

async function readBook(archive: Archive): Promise<Book> {
  const { kind, todo } = archive.kind;
  const notOne = () => rejectList('MM311', kind, todo);
  if (!archive.has('_rels/.rels')) throw notOne();
  const main = (await relationships(archive, '')).find(({ type }) => type === 'officeDocument')?.target;
  if (main === undefined || !archive.has(main)) throw notOne();
  const type = await contentType(archive, main);
  // Every .xlsb file declares macros.
  if (/macro/i.test(type) && !/binary/i.test(type)) throw rejectList('MM352');
  if (!/spreadsheetml\.(?:sheet|template)\.main\+xml$/i.test(type)) throw notOne();

  const related = await relationships(archive, main);
  if (related.some(({ type }) => /^vbaProject|macrosheet$/i.test(type))) throw rejectList('MM352');
  if (related.some(({ type }) => type === 'externalLink')) throw rejectList('MM353');
  const sheets: Sheet[] = [];
  let date1904 = false;
  await readPart(archive, main, {
    opened(name, attributes) {
      if (name === 'workbookPr') date1904 = isTrue(attributes.date1904);
      if (name !== 'sheet') return;
      if (sheets.length >= MAX_SHEETS) throw rejectList('MM356', `more than ${MAX_SHEETS} sheets`);
      const found = related.find(({ id }) => id === prefixed(attributes, 'id'));
      // Chart and macro sheets have no rows.
      if (found?.type !== 'worksheet') return;
      const { name: title = '', state = 'visible' } = attributes;
      sheets.push({ name: title, part: found.target, visible: state === 'visible' });
    },
  });
  return { date1904, sheets, part: (type) => related.find((one) => one.type === type)?.target };
}

interface Relationship {
  readonly id: string;
  /** The last segment of the type's URI, which is the same in Strict workbooks. */
  readonly type: string;
  readonly target: string;
}

/** Returns a part's relationships. `''` is the file as a whole. */
async function relationships(archive: Archive, part: string): Promise<readonly Relationship[]> {
  const { dir, base } = posix.parse(part);
  const file = posix.join(dir, '_rels', `${base}.rels`);
  const found: Relationship[] = [];
  if (!archive.has(file)) return found;
  await readPart(archive, file, {
    opened(name, { Id = '', Type = '', Target = '' }) {
      if (name !== 'Relationship') return;
      if (found.length >= MAX_SHEETS * 10) throw rejectList('MM356', `more than ${MAX_SHEETS * 10} references`);
      // Relative to the file's root or to the part's folder.
      const target = posix.join('/', Target.startsWith('/') ? '' : dir, Target).slice(1);
      found.push({ id: Id, type: Type.slice(Type.lastIndexOf('/') + 1), target });
    },
  });
  return found;
}

async function contentType(archive: Archive, part: string): Promise<string> {
  let [ofPart, ofExtension] = ['', ''];
  await readPart(archive, '[Content_Types].xml', {
    opened(name, { PartName = '', Extension = '', ContentType = '' }) {
      if (name === 'Override' && PartName.toLowerCase() === `/${part.toLowerCase()}`) ofPart = ContentType;
      if (name === 'Default' && posix.extname(part).toLowerCase() === `.${Extension.toLowerCase()}`)
        ofExtension = ContentType;
    },
  });
  return ofPart || ofExtension;
}

async function choose(
  sheets: readonly Sheet[],
  wanted: string | undefined,
  parts: Omit<SheetParts, 'part'>,
): Promise<Sheet> {
  if (wanted !== undefined) {
    const found = sheets.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
    if (found) return found;
    throw rejectList(
      'MM354',
      sheets.map(({ name }) => name),
      wanted,
    );
  }
  const visible = sheets.filter((sheet) => sheet.visible);
  if (visible.length === 1) return visible[0]!;
  const used: Sheet[] = [];
  for (const sheet of visible) if (await holdsText({ ...parts, part: sheet.part })) used.push(sheet);
  if (used.length > 1)
    throw rejectList(
      'MM354',
      used.map(({ name }) => name),
    );
  if (used.length === 0) throw rejectList('MM307');
  return used[0]!;
}

/** Whether a sheet has content. A new workbook may have unused sheets. */
async function holdsText(parts: SheetParts): Promise<boolean> {
  for await (const { cells } of readSheet(parts)) if (cells.some((cell) => trimCell(cell) !== '')) return true;
  return false;
}
