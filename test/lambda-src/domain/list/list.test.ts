import { gzipSync } from 'node:zlib';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { type Row, readList } from '../../../../lambda-src/domain/list/list';
import { inChunks } from '../../../support/memory-files';
import { readWhole } from '../../../support/read-list';

interface Read {
  readonly columns: string[];
  readonly delimiter: string;
  readonly rows: Row[];
}

async function read(text: string | Buffer, options: { emailColumn?: string; chunk?: number } = {}): Promise<Read> {
  const { list, rows } = await readWhole(Buffer.from(text as string), options, options.chunk);
  return { columns: list.header.columns.map(({ folded }) => folded), delimiter: list.delimiter, rows: [...rows] };
}

const cells = async (text: string | Buffer): Promise<(readonly string[])[]> =>
  (await read(text)).rows.map((row) => row.cells);

describe('any list that was written as CSV', () => {
  const cell = fc
    .array(
      fc.oneof(
        fc.constantFrom('"', '""', ',', ';', '\t', '|', '\n', '\r\n', '\r', ' ', '\u00a0', '名', 'é', '😀'),
        fc.string(),
      ),
    )
    .map((parts) => parts.join('').replace(/\0/g, ''));
  const delimiter = fc.constantFrom(',', ';', '\t', '|');
  const lineEnd = fc.constantFrom('\n', '\r\n', '\r');

  test('comes back equal, with its lines, wherever the chunks break', async () => {
    const table = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        table,
        delimiter,
        lineEnd,
        fc.boolean(),
        fc.integer({ min: 1, max: 50 }),
        async (rows, d, end, bom, chunk) => {
          const written = rows.map(([a, b, c]) => [`${a}.`, b, c]);
          const text = stringify([['email', 'b', 'c'], ...written], {
            delimiter: d,
            record_delimiter: end,
            bom,
            quoted: true,
          });
          const { rows: found, delimiter: used } = await read(text, { chunk });
          expect(used).toBe(d);
          expect(found.map((row) => row.cells)).toEqual(written);

          let line = 2;
          for (const [i, row] of found.entries()) {
            expect([row.row, row.line]).toEqual([i + 1, line]);
            // As an editor counts: the line breaks up to the next row.
            line += `${written[i]!.join('\0')}\0\n`.split(/\r\n|\r|\n/).length - 1;
          }
        },
      ),
    );
  });
});

test.each([
  ['comma', 'email,name\na@b.c,Ann', ','],
  ['semicolon', 'name;email\nAnn, Lee;a@b.c', ';'],
  ['tab', 'name\temail\nAnn, Lee; X\ta@b.c', '\t'],
  ['pipe', 'name|email\nAnn|a@b.c', '|'],
  ['more of another sign in one name', 'e-mail;"a,b,c,d"\na@b.c;x', ';'],
  ['one column', 'email\na@b.c', ','],
])('the delimiter is found: %s', async (_, text, delimiter) => {
  expect((await read(text)).delimiter).toBe(delimiter);
});

test('a line that names the delimiter is taken at its word', async () => {
  const { delimiter, rows, columns } = await read('\uFEFFsep=;\r\nemail;a,b\r\nx@y.z;1\r\n');
  expect(delimiter).toBe(';');
  expect(columns).toEqual(['email', 'a_b']);
  expect(rows).toEqual([{ row: 1, line: 3, cells: ['x@y.z', '1'], malformed: undefined }]);
});

test('the header is trimmed and folded, and a byte order mark is no part of it', async () => {
  const { columns } = await read('\uFEFF"E-Mail" ,\u00a0First Name\u200b, mailmatrix_line,Straße\n');
  expect(columns).toEqual(['e_mail', 'first_name', 'straße']);
});

test.each(['email', 'E-Mail', 'e_mail', 'MAIL', 'Email Address', 'e-mail address', ' EmailAddress '])(
  'the address column is found: %s',
  async (name) => {
    const list = await readList(inChunks(Buffer.from(`x,${name}\n1,a@b.c\n`)));
    expect(list.header.email.index).toBe(1);
  },
);

test('the owner says which column holds the address', async () => {
  const list = await readList(inChunks(Buffer.from('email,Work Contact\nx,a@b.c\n')), { emailColumn: 'work contact' });
  expect(list.header.email.name).toBe('Work Contact');
});

test('rows of the wrong length are marked, never padded or merged', async () => {
  const { rows } = await read('email,a,b\nx@y.z,1\nx@y.z,1,2\n');
  expect(rows).toEqual([
    { row: 1, line: 2, cells: ['x@y.z', '1'], malformed: 'MM401', fillable: true },
    { row: 2, line: 3, cells: ['x@y.z', '1', '2'], malformed: undefined },
  ]);
});

test('empty columns at the end are tolerated, in the header and in rows', async () => {
  expect(await cells('email,a,,\nx@y.z,1,,\nx@y.z,2\nx@y.z,3,\u00a0,,,\n')).toEqual([
    ['x@y.z', '1'],
    ['x@y.z', '2'],
    ['x@y.z', '3'],
  ]);
});

test('empty lines and lines of nothing but delimiters are no rows, and their lines count', async () => {
  const { rows } = await read('\n,,\nemail,a\n\n , \nx@y.z,1\n\u200b,""\n\n\nx@y.z,2');
  expect(rows.map(({ row, line }) => [row, line])).toEqual([
    [1, 6],
    [2, 10],
  ]);
});

test('white space around quotation marks is forgiven', async () => {
  expect(await cells('email, name\nx@y.z, "Lee, Ann" \n')).toEqual([['x@y.z', 'Lee, Ann']]);
});

test('line ends may be mixed', async () => {
  const { rows } = await read('email,a\r\nx@y.z,1\nx@y.z,"2\r\n3"\rx@y.z,4');
  expect(rows.map(({ line, cells: [, second] }) => [line, second])).toEqual([
    [2, '1'],
    [3, '2\r\n3'],
    [5, '4'],
  ]);
});

describe('a list is rejected', () => {
  const utf16 = Buffer.from('email,a\n', 'utf16le');
  test.each<[string, string, string | Buffer, RegExp]>([
    ['without an address column', 'MM301', 'name,town\nAnn,Bern\n', /"name", "town"/],
    ['with two of them', 'MM302', 'email,e-mail\na,b\n', /"email", "e-mail"/],
    ['without a header', 'MM303', 'ann@example.com,Ann\n', /names no columns/],
    ['with its address column twice', 'MM304', 'email,Email\n', /"email" and "Email"/],
    ['with text beyond its last column', 'MM341', 'email,a,,\nx@y.z,1,,\nx@y.z,1,,2\n', /line 3 .* 2 columns/],
    ['with an address beyond its last column', 'MM341', 'email\nx@y.z\nx@y.z,b@y.z\n', /line 3 .* 1 columns/],
    ['when empty', 'MM307', '', /empty/],
    ['when nothing but a byte order mark', 'MM307', '\uFEFF', /empty/],
    ['when nothing but delimiters', 'MM307', '\n,,\n\n', /empty/],
    [
      'in UTF-8 with a byte that is none',
      'MM309',
      Buffer.from('email,name\na@b.c,J\xc3\xbc\na@b.c,J\xfcrgen\n', 'latin1'),
      /near line 3/,
    ],
    [
      'with CR alone, in UTF-8 with a byte that is none',
      'MM309',
      Buffer.from('email,name\ra@b.c,J\xc3\xbc\ra@b.c,\r\na@b.c,J\xfcrgen\r', 'latin1'),
      /near line 4/,
    ],
    [
      'with CR alone, in neither UTF-8 nor Windows-1252',
      'MM309',
      Buffer.from('email,name\ra@b.c,J\xfcrgen\r\na@b.c,J\x81rgen\r', 'latin1'),
      /UTF-8: near line 2/,
    ],
    [
      'with CR alone, in UTF-16 with half a character',
      'MM309',
      Buffer.from('\uFEFFemail\rx@y.z\r\r\n\ud800a\r', 'utf16le'),
      /UTF-16LE: near line 4/,
    ],
    ['in an encoding of DOS', 'MM344', Buffer.from('email,name\na@b.c,J\x81rgen\n', 'latin1'), /"cp850"/],
    ['that breaks off within a character', 'MM309', Buffer.from('email\n\xc3\xbc@b.c\n\xc3', 'latin1'), /near line 3/],
    ['in UTF-16 that breaks off', 'MM309', utf16.subarray(0, -1), /UTF-16LE: near line 1/],
    [
      'in UTF-16 with half a character',
      'MM309',
      Buffer.from('\uFEFFemail\n\ud800a\n', 'utf16le'),
      /UTF-16LE: near line 2/,
    ],
    ['with endless columns', 'MM325', `email${',x'.repeat(1000)}\n`, /1000 columns/],
    ['that is half a workbook in a GZIP file', 'MM350', gzipSync(Buffer.from('PK\x03\x04rest', 'latin1')), /workbook/],
    ['that is packed twice', 'MM311', gzipSync(gzipSync('email\na@b.c\n')), /packed twice/],
    ['whose GZIP file breaks off', 'MM324', gzipSync('email\na@b.c\n').subarray(0, -9), /GZIP/],
    ['whose GZIP file is broken', 'MM324', Buffer.from('\x1f\x8b\x08nonsense', 'latin1'), /GZIP/],
    ['with NUL bytes', 'MM310', 'email\na@b.c\0\n', /NUL/],
    ['that is half a workbook', 'MM350', Buffer.from('PK\x03\x04rest', 'latin1'), /workbook .*save it again/],
    ['with a quotation mark that is not closed', 'MM312', 'email,a\nx@y.z,1\nx@y.z,"2\nx@y.z,3\n', /on line 3/],
    [
      'with two quotation marks of other rows',
      'MM312',
      'email,a\nx@y.z,"1\n1"\nx@y.z,6" pipe\nx@y.z,"3\n',
      /on line 4/,
    ],
    [
      'with a backslash for a quotation mark, once',
      'MM312',
      'email,a\nx@y.z,"a \\" b"\nx@y.z,"c ""d"" e"\n',
      /on line 2/,
    ],
    [
      'with an endless cell',
      'MM326',
      `email,a\nx@y.z,1\nx@y.z,${'x'.repeat(50_001)}\n`,
      /on line 3 .*50000.* number 2/,
    ],
    ['with an endless name of a column', 'MM326', `email,${'x'.repeat(50_001)}\n`, /on line 1/],
    [
      'with a quotation mark that swallows rows',
      'MM326',
      `email,a\nx@y.z,"${'x@y.z,1\n'.repeat(7000)}"\n`,
      /on line 2/,
    ],
    ['with a row beyond all bounds', 'MM313', `email,a\nx@y.z,"${'x,\n'.repeat(400_000)}`, /on line 2/],
  ])('%s', async (_, code, text, says) => {
    // Also where the chunks break inside everything.
    for (const chunk of text.length < 100 ? [1, 2, 1 << 16] : [1 << 16]) {
      const failure = await read(text, { chunk }).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(failure).toMatchObject({ code, says: expect.stringMatching(says) });
    }
  });

  test('without the column that the owner names', async () => {
    await expect(read('email,a\n', { emailColumn: 'Contact' })).rejects.toMatchObject({ code: 'MM301' });
  });

  test('and never repeats a recipient', async () => {
    const failure: Error = await read('ann@example.com,Ann\n').catch((error) => error);
    expect(failure.message).not.toMatch(/ann/i);
  });
});

test('an error of the source is no fault of the list', async () => {
  const body = inChunks(Buffer.from('email\na@b.c\n'.repeat(100_000)), 1000);
  const list = await readList(body);
  await expect(
    (async () => {
      for await (const { row } of list.rows) if (row === 5) body.destroy(new Error('connection reset'));
    })(),
  ).rejects.toThrow('connection reset');
});

test('who stops reading closes the source', async () => {
  const body = inChunks(Buffer.from('email\na@b.c\n'.repeat(100_000)), 1000);
  const list = await readList(body);
  const closed = new Promise((resolve) => body.once('close', resolve));
  for await (const row of list.rows) if (row.row === 3) break;
  await closed;
});
