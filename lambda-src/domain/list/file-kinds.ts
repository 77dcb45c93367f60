/** A kind of file that is not a list, and how to make a list from it. */
export interface FileKind {
  readonly kind: string;
  readonly todo: string;
}

const SAVE_AS_CSV =
  'Upload it as CSV: in Excel by Save As, "CSV UTF-8 (Comma delimited)"; in Google Sheets by File, Download, "Comma Separated Values"; in Numbers by File, Export To, CSV';
const SAVE_AS_XLSX = 'Open it in a spreadsheet, save it as "Excel Workbook (.xlsx)" or as "CSV UTF-8", and upload that';
const SAVE_NUMBERS = 'Upload it as CSV: in Numbers by File, Export To, CSV, encoding Unicode (UTF-8)';
const SAVE_ODS = 'Upload it as CSV: in LibreOffice by File, Save As, "Text CSV", character set Unicode (UTF-8)';
const UNPACK = 'Unpack it, and upload the CSV file as it is or packed with gzip';
const EXPORT = 'Export it as CSV, with a line of column names and one recipient a line, from the program that wrote it';
const SAVE_WEB_PAGE = `Some programs save it under the name .xls. Open it in a spreadsheet. ${SAVE_AS_CSV}`;
const EXPORT_CARDS =
  'Import it into an address book and export that as CSV: in Google Contacts by Export, "Google CSV"; in Outlook by File, Open & Export';
/** https://miller.readthedocs.io/en/latest/file-formats/ */
const convertJson = (format: 'json' | 'jsonl') =>
  `Convert it to CSV, for example with Miller: mlr --i${format} --ocsv unsparsify FILE > people.csv`;
/** https://duckdb.org/docs/stable/clients/cli/output_formats */
const CONVERT_TABLE =
  'Export it as CSV from the data warehouse, or convert it, for example with DuckDB: duckdb -csv -c "FROM \'FILE\'" > people.csv';

interface Signature extends FileKind {
  readonly starts: readonly number[];
  /** Whether a text list may begin with the same bytes. */
  readonly mayBeText?: boolean;
}

const ascii = (text: string): readonly number[] => [...Buffer.from(text, 'latin1')];

const BINARY: readonly Signature[] = [
  { starts: ascii('%PDF-'), kind: 'a PDF file', todo: EXPORT },
  { starts: [0x28, 0xb5, 0x2f, 0xfd], kind: 'packed with Zstandard (.zst)', todo: UNPACK },
  { starts: ascii('\xfd7zXZ\0'), kind: 'packed with xz', todo: UNPACK },
  { starts: ascii('BZh'), mayBeText: true, kind: 'packed with bzip2 (.bz2)', todo: UNPACK },
  { starts: ascii('7z\xbc\xaf'), kind: 'packed with 7-Zip (.7z)', todo: UNPACK },
  { starts: ascii('Rar!\x1a'), kind: 'packed with RAR', todo: UNPACK },
  { starts: [0x04, 0x22, 0x4d, 0x18], kind: 'packed with LZ4', todo: UNPACK },
  { starts: ascii('PAR1'), mayBeText: true, kind: 'a Parquet file', todo: CONVERT_TABLE },
  { starts: ascii('ORC'), mayBeText: true, kind: 'an ORC file', todo: CONVERT_TABLE },
  { starts: ascii('Obj\x01'), kind: 'an Avro file', todo: CONVERT_TABLE },
  { starts: ascii('SQLite format 3'), kind: 'an SQLite database', todo: EXPORT },
];
const ZIP = ascii('PK\x03\x04');
/** Also the start of an encrypted .xlsx file. */
const OLE = [0xd0, 0xcf, 0x11, 0xe0];
export const OLD_WORKBOOK: FileKind = { kind: 'an old Excel workbook (.xls)', todo: SAVE_AS_XLSX };

const startsWith = (start: Buffer, bytes: readonly number[]): boolean => bytes.every((byte, at) => start[at] === byte);

/** Identifies a file by its first bytes. Undefined for text and for possible workbooks. */
export const binaryKind = (start: Buffer): FileKind | undefined =>
  BINARY.find(({ starts, mayBeText }) => startsWith(start, starts) && !(mayBeText && isText(start)));

/** Whether the bytes are text: in any encoding, it has no control characters other than white space. */
const isText = (start: Buffer): boolean => start.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));

export const isOle = (start: Buffer): boolean => startsWith(start, OLE);

/** Whether the bytes may be a workbook. The ZIP directory decides. */
export const mayBeWorkbook = (start: Buffer): boolean => startsWith(start, ZIP) || isOle(start);

/** Identifies a ZIP file that is not an .xlsx file, by its first bytes and the names it contains. */
export function zipKind(start: Buffer, names: readonly string[]): FileKind {
  const holds = (what: RegExp) => names.some((name) => what.test(name));
  if (start.includes('opendocument.spreadsheet')) return { kind: 'an OpenDocument workbook (.ods)', todo: SAVE_ODS };
  if (holds(/^index\/|\.iwa$/)) return { kind: 'a Numbers workbook', todo: SAVE_NUMBERS };
  if (holds(/^xl\/workbook\.bin$/)) return { kind: 'a binary Excel workbook (.xlsb)', todo: SAVE_AS_XLSX };
  if (holds(/^word\//)) return { kind: 'a Word document', todo: EXPORT };
  return { kind: 'a ZIP file', todo: UNPACK };
}

const TEXT: readonly (FileKind & { readonly starts: RegExp })[] = [
  {
    starts: /^\{\\rtf/,
    kind: 'an RTF document',
    todo: 'Save it as plain text: in TextEdit by Format, Make Plain Text',
  },
  { starts: /^\{.*\}[ \t]*(?:\r\n|\n)\s*\{/, kind: 'JSON lines', todo: convertJson('jsonl') },
  { starts: /^(?:\{\s*["}]|\[\s*[{["\]])/, kind: 'JSON', todo: convertJson('json') },
  { starts: /^BEGIN:VCARD/i, kind: 'a vCard file (.vcf)', todo: EXPORT_CARDS },
  { starts: /^BEGIN:VCALENDAR/i, kind: 'a calendar (.ics)', todo: EXPORT },
  { starts: /^<\?xml[^>]*>\s*<(?!html)/i, kind: 'XML', todo: SAVE_WEB_PAGE },
  { starts: /^<(?:!doctype|html|head|meta|body|table|style|\?xml|!--)/i, kind: 'HTML', todo: SAVE_WEB_PAGE },
  { starts: /^MIME-Version:/i, kind: 'a web page in one file (.mht)', todo: SAVE_WEB_PAGE },
  { starts: /^(?:version: *1\s+)?dn: /i, kind: 'an LDIF file', todo: EXPORT },
];

/** Identifies text by its beginning. Undefined if it may be CSV. */
export function textKind(start: string): FileKind | undefined {
  const text = start.replace(/^[\s\uFEFF]+/, '');
  return TEXT.find(({ starts }) => starts.test(text));
}
