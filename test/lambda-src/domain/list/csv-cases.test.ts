import { readList } from '../../../../lambda-src/domain/list/list';
import { collect, inChunks } from '../../../support/memory-files';

/** The cases that CSV readers are known to differ in, each with the column of an address. */
test.each<[string, string, string[][]]>([
  ['simple', 'email,b,c\na@b.c,2,3\n', [['a@b.c', '2', '3']]],
  ['simple, CRLF', 'email,b,c\r\na@b.c,2,3\r\n', [['a@b.c', '2', '3']]],
  ['no line break at the end', 'email,b\na@b.c,2', [['a@b.c', '2']]],
  ['comma in quotation marks', 'email,place\na@b.c,"Bern, CH"\n', [['a@b.c', 'Bern, CH']]],
  ['quotation marks doubled', 'email,b\na@b.c,"ha ""ha"" ha"\n', [['a@b.c', 'ha "ha" ha']]],
  ['nothing but quotation marks', 'email,b\na@b.c,""""""\n', [['a@b.c', '""']]],
  [
    'empty cells',
    'email,b,c\na@b.c,"",""\nd@e.f,3,4\n',
    [
      ['a@b.c', '', ''],
      ['d@e.f', '3', '4'],
    ],
  ],
  [
    'empty cells, CRLF',
    'email,b,c\r\na@b.c,"",""\r\nd@e.f,3,4\r\n',
    [
      ['a@b.c', '', ''],
      ['d@e.f', '3', '4'],
    ],
  ],
  [
    'line break in a cell',
    'email,b,c\na@b.c,"Once upon\na time",5\nd@e.f,8,9\n',
    [
      ['a@b.c', 'Once upon\na time', '5'],
      ['d@e.f', '8', '9'],
    ],
  ],
  [
    'line break in a cell, CRLF',
    'email,b\r\na@b.c,"Once\r\na time"\r\nd@e.f,8\r\n',
    [
      ['a@b.c', 'Once\r\na time'],
      ['d@e.f', '8'],
    ],
  ],
  ['quotation marks and line breaks', 'email,b\na@b.c,"ha\n""ha""\nha"\n', [['a@b.c', 'ha\n"ha"\nha']]],
  [
    'JSON',
    'email,geo\na@b.c,"{""type"": ""Point"", ""at"": [102.0, 0.5]}"\n',
    [['a@b.c', '{"type": "Point", "at": [102.0, 0.5]}']],
  ],
  ['coordinates', 'email,position\na@b.c,"46°57′ N, 7°27′ E"\n', [['a@b.c', '46°57′ N, 7°27′ E']]],
  [
    'letters of every kind',
    'email,b,c\na@b.c,ʤ,名前\nd@e.f,4,😀\n',
    [
      ['a@b.c', 'ʤ', '名前'],
      ['d@e.f', '4', '😀'],
    ],
  ],
])('%s', async (_, text, expected) => {
  for (const chunk of [1, 3, 1 << 16]) {
    const list = await readList(inChunks(Buffer.from(text), chunk));
    expect((await collect(list.rows)).map(({ cells }) => cells)).toEqual(expected);
  }
});

test.each([
  ['=1+1', "'=1+1"],
  ["'=1+1", "''=1+1"],
  ['+41 44', "'+41 44"],
  ["'n Abend", "'n Abend"],
  ['@here', "'@here"],
])('in a file of ours %j is written as %j and comes back', async (cell, guarded) => {
  const ours = `email,b,mailmatrix_campaign\na@b.c,"${guarded}",x\n`;
  const [row] = await collect((await readList(inChunks(Buffer.from(ours)))).rows);
  expect(row!.cells[1]).toBe(cell);
  // In anybody else's it is what it is.
  const [other] = await collect((await readList(inChunks(Buffer.from(`email,b\na@b.c,"${guarded}"\n`)))).rows);
  expect(other!.cells[1]).toBe(guarded);
});
