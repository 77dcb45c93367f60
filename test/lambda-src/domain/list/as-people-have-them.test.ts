import type { ListOptions } from '../../../../lambda-src/domain/list/list';
import { readWhole } from '../../../support/read-list';

/** Kinds of lists that spreadsheets read, and kinds of lists that would lose somebody: the trick stands in several places. */
const read = async (text: string, options: ListOptions = {}) => {
  const { list, rows } = await readWhole(Buffer.from(text), options);
  const { header, quotes, shortRows, delimiter } = list;
  return { email: header.email, byContent: header.emailByContent, quotes, shortRows, delimiter, rows };
};
const cells = async (text: string, options?: ListOptions) => (await read(text, options)).rows.map((row) => row.cells);
const people = (count: number, row: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => row(at)).join('\n');

describe('the address column', () => {
  const ann = 'ann@example.org,Ann\nbo@example.org,Bo\n';
  test.each([
    ...['Email*', 'Email:', ' E-mail ', 'Email (required)', '(Email)', 'E-Mail-Adresse', 'Adresse e-mail', 'Courriel'],
    ...['Correo electrónico', 'CORREO ELECTRONICO', 'Indirizzo e-mail', 'メールアドレス', '邮箱', 'Электронная почта'],
    ...[
      'E-MAİL',
      'Ｅｍａｉｌ',
      'E\u2011mail',
      'E\u00admail',
      'e.mail',
      'Emails',
      'E-mail 1 - Value',
      'Email 1',
      'Primary Email',
    ],
    ...[
      'Work e-mail',
      'Contact Email Addresses',
      'customer_email',
      'billing_email',
      'email_primary',
      'Your email address',
    ],
  ])('%s says it by its name', async (name) => {
    const { email, byContent } = await read(`Town,${name},Name\n${ann.replace(/^/gm, 'Bern,')}`);
    expect([email.index, byContent]).toEqual([1, false]);
  });

  test.each([
    ['an exact name before a numbered one', 'E-mail 1 - Value,Email,x', 1],
    ['an exact name before a qualified one', 'Work Email,x,E-Mail', 2],
    ['the first of numbered ones', 'E-mail 2 - Value,x,E-mail 1 - Value', 2],
    ['a numbered one before a qualified one', 'Home Email,Email 1,x', 1],
    ['an exact name before one with a remark in brackets', 'Email (alt),Email,x', 1],
    ['a remark that says nothing', 'Work Email,x,E-Mail [Pflichtfeld]', 2],
    ['a qualified name before another person’s in brackets', 'Email (manager),Customer Email,x', 1],
  ])('%s', async (_, header, index) => {
    expect((await read(`${header}\na@x.org,b@x.org,c@x.org\n`)).email.index).toBe(index);
  });

  test.each([
    ['two exact names', 'Email,E-mail\na@x.org,b@x.org\n', 'MM302', /"Email", "E-mail"/],
    ['two qualified names', 'Work Email,Home Email\na@x.org,b@x.org\n', 'MM302', /Rename/],
    ['two columns of addresses', 'kontakt,chef\na@x.org,b@x.org\n', 'MM302', /"kontakt", "chef"/],
    ...[
      'Owner',
      'account manager',
      'Agent',
      'Sales Rep',
      'From',
      'CC',
      'bcc',
      'Reply-To',
      'Referrer',
      'Old email',
      'Email (old)',
      'Email [do not use]',
    ].map((name): [string, string, string, RegExp] => [
      `addresses of others, ${name}`,
      `${name},n\na@x.org,A\n`,
      'MM301',
      /.*/,
    ]),
    [
      'a column of which too few are addresses',
      `k,n\n${people(20, (at) => `${at < 2 ? 'x' : `p${at}@x.org`},N`)}\n`,
      'MM301',
      /.*/,
    ],
    ['one address again and again', `k,n\n${people(20, (at) => `p${at % 3}@x.org,N`)}\n`, 'MM301', /.*/],
  ])('%s: rejected', async (_, list, code, says) => {
    await expect(read(list)).rejects.toMatchObject({ code, says: expect.stringMatching(says) });
  });

  test('another name is taken where nearly all cells are addresses, nearly all of them distinct', async () => {
    const list = `recipient,n\n${people(100, (at) => `${at < 5 ? 'none' : `p${Math.max(14, at)}@x.org`},N`)}\n`;
    expect(await read(list)).toMatchObject({ email: { name: 'recipient' }, byContent: true });
  });

  test('the upload may name it', async () => {
    expect((await read('Email,Old email\na@x.org,b@x.org\n', { emailColumn: 'old EMAIL' })).email.index).toBe(1);
  });
});

describe('rows inside a cell', () => {
  /** A mark that opens in one row and is closed by a mark in another. */
  const swallowing = (from: number, to: number, column: number, delimiter = ',') =>
    `${['name', 'email', 'note'].join(delimiter)}\n${people(12, (at) =>
      [`P${at}`, `p${at}@x.org`, 'note']
        .map((cell, index) => (index !== column ? cell : at === from ? `"${cell}` : at === to ? `${cell}"` : cell))
        .join(delimiter),
    )}\n`;
  test.each([
    [0, 11, 2, ','],
    [0, 2, 2, ';'],
    [3, 6, 2, '\t'],
    [3, 7, 2, ','],
  ])('from row %i to %i: both lines are named', async (from, to, column, delimiter) => {
    const list = swallowing(from, to, column, delimiter);
    const lines = new RegExp(`line ${from + 2} .*to line ${to + 2}`);
    if (delimiter === '\t') {
      // Programs that write tabs quote nothing: the marks are text, and nobody is lost.
      const { quotes, rows } = await read(list);
      expect([quotes, rows.length]).toEqual(['literal', 12]);
    } else await expect(read(list)).rejects.toMatchObject({ code: 'MM343', says: expect.stringMatching(lines) });
    if (delimiter !== '\t') expect((await read(list, { acceptRowsInCells: true })).rows).toHaveLength(12 - (to - from));
  });

  test('one row inside a cell is no proof: the row that holds it is invalid, and the others are not held up', async () => {
    const { rows } = await read('email,name,note\na@x.org,A,"VIP\nb@x.org,B,note"\nc@x.org,C,x\n');
    expect(rows.map(({ line, malformed }) => [line, malformed])).toEqual([
      [2, 'MM414'],
      [4, undefined],
    ]);
  });

  test.each([
    ['before the address', 'name,email\n"A,a@x.org\nB,b@x.org\nC",c@x.org\nD,d@x.org\n', 'MM343'],
    ['before the address, of three', 'id,name,email\n1,"A,a@x.org\n2,B",b@x.org\n3,C,c@x.org\n', 'MM414'],
    ['after it, of two', 'email,name\na@x.org,"A\nb@x.org,B"\nc@x.org,C\n', 'MM414'],
    [
      'and the mark makes its row short',
      'email,name,city\na@x.org,"A,Bern\nb@x.org,B",Rome\nc@x.org,C,Bonn\n',
      'MM414',
    ],
    ['in a row that is short', 'email,name,city,note\na@x.org,A,"Bern\nb@x.org,B"\nc@x.org,C,Bonn,n\n', 'MM414'],
    [
      'of addresses alone, in a row that is short',
      'email,name,city\na@x.org,"A\nb@x.org\nc@x.org"\nd@x.org,D,d\n',
      'MM414',
    ],
  ])('in a cell %s', async (_, list, code) => {
    if (code === 'MM343') await expect(read(list)).rejects.toMatchObject({ code });
    else expect((await read(list)).rows[0]).toMatchObject({ malformed: code, fillable: undefined });
  });

  test.each([
    ['a short row among whole ones', 'a@x.org,"A\nb@x.org"\n', (at: number) => `p${at}@x.org,P,n`],
    ['a whole row among short ones', 'a@x.org,"A\nb@x.org",n\n', (at: number) => `p${at}@x.org,P`],
  ])('an address alone on a line of a cell may be a row, in %s', async (_, row, others) => {
    const { rows } = await read(`email,name,note\n${row}${people(200, others)}\n`);
    expect(rows[0]).toMatchObject({ malformed: 'MM414' });
  });

  test('a writer of tabs who quotes other cells is not read as one who quotes nothing', async () => {
    const stray = 'p1@x.org\t"Bo\tn\np2@x.org\tC\tn\np3@x.org\tD"\tn\n';
    for (const other of ['q@x.org\t"Lee, Ann"\tn\n', 'q@x.org\t"Main Street 1\n3000 Bern"\tn\n']) {
      const list = `email\tname\tnote\n${stray}${other}`;
      await expect(read(list)).rejects.toMatchObject({ code: 'MM343' });
    }
    expect(await read(`email\tname\tnote\n${stray}`)).toMatchObject({ quotes: 'literal' });
  });

  test('nor may a name of a column hold one', async () => {
    await expect(read('email,"name\na@x.org,A"\nb@x.org,B\n')).rejects.toMatchObject({ code: 'MM343' });
  });

  test.each([
    'Dear team,\nplease call, or write to ann@x.org\nThanks, Ann',
    'Main Street 1\n3000 Bern\nann@x.org',
    'a,b\nc,d\ne,f',
    'one@x.org\ntwo@x.org',
  ])('a text of several lines is a text: %j', async (note) => {
    expect(await cells(`email,name,note\na@x.org,A,"${note}"\nb@x.org,B,x\n`)).toEqual([
      ['a@x.org', 'A', note],
      ['b@x.org', 'B', 'x'],
    ]);
  });
});

describe('quotation marks', () => {
  test.each([
    ['a nickname', ',', 'Ann "Annie" Lee', 'relaxed'],
    ['inches', ';', '19" rack', 'relaxed'],
    ['a cell that begins with one', ',', '"Annie" Lee', 'relaxed'],
    ['a cell that begins with one, behind tabs', '\t', '"Annie" Lee', 'relaxed'],
    ['one that nothing closes, behind tabs', '\t', '"Annie', 'literal'],
    ['a formula that holds a text', ',', '="00456"', 'relaxed'],
  ])('%s: the list is read leniently', async (_, delimiter, cell, quotes) => {
    for (const at of [0, 3, 9]) {
      const row = (index: number) => [`p${index}@x.org`, index === at ? cell : 'x', 'y'].join(delimiter);
      const found = await read(`${['email', 'name', 'z'].join(delimiter)}\n${people(10, row)}\n`);
      expect(found.quotes).toBe(quotes);
      expect(found.rows.map((one) => one.cells[1])).toEqual(
        Array.from({ length: 10 }, (_, i) => (i === at ? cell : 'x')),
      );
    }
  });

  test('cells that are quoted as they should be are so in a list that is read leniently, too', async () => {
    expect(await cells('email,name\na@x.org,19" rack\nb@x.org,"Lee, ""Bo""" \nc@x.org, "C"\n')).toEqual([
      ['a@x.org', '19" rack'],
      ['b@x.org', 'Lee, "Bo"'],
      ['c@x.org', 'C'],
    ]);
  });

  test('a writer who quotes every cell and doubles nothing is understood', async () => {
    expect(await cells('"email","name"\n"a@x.org","Ann "Annie" Lee"\n"b@x.org","B"\n')).toEqual([
      ['a@x.org', 'Ann "Annie" Lee'],
      ['b@x.org', 'B'],
    ]);
  });

  test('a backslash before a quotation mark is meant so, where the whole list then parses', async () => {
    const list = 'email,name\na@x.org,"Ann \\"A\\" Lee"\nb@x.org,"Lee, Bo"\n';
    expect(await read(list)).toMatchObject({ quotes: 'backslash' });
    expect(await cells(list)).toEqual([
      ['a@x.org', 'Ann "A" Lee'],
      ['b@x.org', 'Lee, Bo'],
    ]);
    await expect(cells(`${list}c@x.org,"say ""hi"""\n`)).rejects.toMatchObject({ code: 'MM312' });
    // Well-formed CSV is never read another way.
    expect(await cells('email,path\na@x.org,"C:\\"\n')).toEqual([['a@x.org', 'C:\\']]);
  });

  test.each(['email,name\na@x.org,"Ann\nb@x.org,Bo\n', 'email;name\na@x.org;"Ann\nb@x.org;Bo\n'])(
    'one that nothing closes swallows nobody',
    async (list) => {
      await expect(read(list)).rejects.toMatchObject({ code: 'MM312', says: expect.stringMatching(/line 2/) });
    },
  );
});

describe('lines above the header', () => {
  const table = 'Name,Email\nAnn,a@x.org\nBo,b@x.org\n';
  test.each([
    ['a title', 'Members 2026\n'],
    ['a title and an empty line', 'Members of the club,,\n,,\n'],
    ['notes in quotation marks', 'Notes:\n"When exporting, you may notice\nthat some are missing."\n\n'],
    ['comments', '# made by X\n# 2026, for Y\n'],
    ['a comment with a quotation mark', '# 19" racks\n'],
    ['a tab', 'Report\t2026\n'],
    ['a name of a table', 'Table 1\n\n'],
    ['sep in quotation marks', '"sep=,"\n'],
    ['sep with the delimiter behind it', 'sep=,,\n'],
    ['nineteen lines', 'x\n'.repeat(19)],
  ])('%s: they are no part of the list, and lines count from the first', async (_, before) => {
    const { rows } = await read(before + table);
    const first = before.split('\n').length + 1;
    expect(rows.map(({ line, cells: [name] }) => [line, name])).toEqual([
      [first, 'Ann'],
      [first + 1, 'Bo'],
    ]);
  });

  test('the address column that a setting names is found as columns of templates are', async () => {
    const list = 'Members 2026\nName,Post Box\nAnn,a@x.org\n';
    for (const emailColumn of ['post box', 'postBox', 'POST_BOX']) {
      const { email } = await read(list, { emailColumn });
      expect(email).toMatchObject({ name: 'Post Box', index: 1 });
    }
  });

  test.each([
    [
      'a header without addresses below it',
      `Members\n${table.replaceAll('@', ' at ')}`,
      /Line 2 looks like the header/,
    ],
    [
      'a less usual name with addresses below it',
      `Report\nQ4\n${table.replace('Email', 'Work Email')}`,
      /Line 3 looks like the header/,
    ],
    ['a header too far below', `${'x\n'.repeat(20)}${table}`, /no column/],
  ])('%s: rejected', async (_, list, says) => {
    await expect(read(list)).rejects.toMatchObject({ code: 'MM301', says: expect.stringMatching(says) });
  });
});

test('columns that nobody uses never reject a list', async () => {
  const list = ',email,Notes,Notes,,Price €,Price $,✅,❌\n0,a@x.org,n,m,,1,2,y,\n1,b@x.org,,,,,,,n\n';
  expect((await cells(list)).map((row) => row[1])).toEqual(['a@x.org', 'b@x.org']);
});

test.each(['email,n\na@x.org,A\nb@x.org,B,paid\n', 'email,n,,\na@x.org,A,,\nb@x.org,B,,paid\n'])(
  'text beyond the last column rejects it, and the line is named',
  async (list) => {
    await expect(read(list)).rejects.toMatchObject({ code: 'MM341', says: expect.stringMatching(/line 3/) });
  },
);

test.each([
  [1, 20, true],
  [1, 21, false],
  [30, 40, true],
])('%i short rows of %i: a habit, %s', async (short, rows, habit) => {
  const list = `email,name,note\n${people(rows, (at) => (at < short ? `p${at}@x.org,P` : `p${at}@x.org,P,n`))}\n`;
  expect((await read(list)).shortRows).toBe(habit);
});
