import { crc32, deflateRawSync } from 'node:zlib';

/** A ZIP file of the parts, deflated. `sizes` are what its directory says of a part's size, unpacked. */
export function zip(
  parts: { readonly [name: string]: string | Buffer },
  { sizes = {}, sums = {} }: { readonly sizes?: Record<string, number>; readonly sums?: Record<string, number> } = {},
): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(parts)) {
    const bytes = Buffer.from(content as string);
    const packed = deflateRawSync(bytes);
    const sum = sums[name] ?? crc32(bytes);
    const size = sizes[name] ?? bytes.length;
    // Version, flags, method, time, date; then sum, sizes and the length of the name.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(0x00210000, 6);
    common.writeUInt32LE(sum, 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const file = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), common, tail, Buffer.from(name)]));
    files.push(file);
    offset += file.length;
  }
  const all = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(all.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, all, Buffer.from('PK\x05\x06'), end]);
}

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

export interface TestSheet {
  readonly name?: string;
  readonly state?: string;
  /** What is in `sheetData`: rows as XML, or cells as they are to be written. */
  readonly rows: string | readonly (readonly TestCell[])[];
  /** What is in `worksheet` after it. */
  readonly after?: string;
}

/** A text, a number, or a cell as XML. */
export type TestCell = string | number | { readonly xml: string };

export interface TestWorkbook {
  /** Shared texts, or what is in their `si` as XML. */
  readonly strings?: readonly (string | { readonly xml: string })[];
  /** Codes of number formats: the first is of the style 1. */
  readonly formats?: readonly string[];
  readonly date1904?: boolean;
  readonly contentType?: string;
  /** Of the workbook, beside those of its own parts. */
  readonly relationships?: string;
  /** More parts, or others in place of those that there are. */
  readonly parts?: { readonly [name: string]: string | Buffer };
}

/** The parts of a workbook as Excel lays them out. */
export function workbookParts(sheets: readonly TestSheet[], more: TestWorkbook = {}): Record<string, string | Buffer> {
  const { strings = [], formats = [], contentType = `${TYPES}.sheet.main+xml` } = more;
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
  const part = (name: string, at: number) => `xl/worksheets/${name}${at + 1}.xml`;
  return {
    '[Content_Types].xml': `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${contentType}"/></Types>`,
    '_rels/.rels': `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    'xl/workbook.xml': `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><workbookPr${more.date1904 ? ' date1904="1"' : ''}/><sheets>${sheets
      .map(
        ({ name = `Sheet${sheets.length > 1 ? 's' : ''}`, state }, at) =>
          `<sheet name="${name}" sheetId="${at + 1}"${state ? ` state="${state}"` : ''} r:id="rId${at + 1}"/>`,
      )
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${sheets
      .map((_, at) => relation(`rId${at + 1}`, 'worksheet', part('sheet', at).slice(3)))
      .join(
        '',
      )}${relation('rId901', 'sharedStrings', 'sharedStrings.xml')}${relation('rId902', 'styles', '/xl/styles.xml')}${more.relationships ?? ''}</Relationships>`,
    ...Object.fromEntries(
      sheets.map(({ rows, after = '' }, at) => [
        part('sheet', at),
        `${HEAD}<worksheet xmlns="${MAIN}"><sheetData>${typeof rows === 'string' ? rows : rowsXml(rows)}</sheetData>${after}</worksheet>`,
      ]),
    ),
    'xl/sharedStrings.xml': `${HEAD}<sst xmlns="${MAIN}" count="${strings.length}">${strings.map((text) => `<si>${typeof text === 'object' ? text.xml : `<t xml:space="preserve">${escaped(text)}</t>`}</si>`).join('')}</sst>`,
    'xl/styles.xml': `${HEAD}<styleSheet xmlns="${MAIN}"><numFmts>${formats.map((code, at) => `<numFmt numFmtId="${164 + at}" formatCode="${escaped(code)}"/>`).join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${formats.map((_, at) => `<xf numFmtId="${164 + at}"/>`).join('')}</cellXfs></styleSheet>`,
    ...more.parts,
  };
}

export const workbook = (sheets: readonly TestSheet[], more?: TestWorkbook): Buffer => zip(workbookParts(sheets, more));

/** A workbook of one sheet. */
export const sheet = (rows: TestSheet['rows'], more?: TestWorkbook): Buffer => workbook([{ rows }], more);

const rowsXml = (rows: readonly (readonly TestCell[])[]): string =>
  rows
    .map(
      (cells, row) => `<row r="${row + 1}">${cells.map((cell, column) => cellXml(cell, column, row)).join('')}</row>`,
    )
    .join('');

function cellXml(cell: TestCell, column: number, row: number): string {
  if (typeof cell === 'object') return cell.xml;
  const at = `r="${columnName(column)}${row + 1}"`;
  if (typeof cell === 'number') return `<c ${at}><v>${cell}</v></c>`;
  return cell === '' ? '' : `<c ${at} t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;
}

export function columnName(column: number): string {
  const letter = String.fromCharCode(65 + (column % 26));
  return column < 26 ? letter : columnName(Math.floor(column / 26) - 1) + letter;
}

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    // A text that looks as if a sign of it were escaped has its `_` escaped.
    .replace(/_(?=x[\da-f]{4}_)/gi, '_x005F_')
    .replace(/(?![\t\n])[\p{Cc}\ufffe\uffff]/gu, (sign) => `_x${sign.charCodeAt(0).toString(16).padStart(4, '0')}_`);
