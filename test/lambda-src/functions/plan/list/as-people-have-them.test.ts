import { planned, settings, template, templates } from '../harness';

const all = { settings: settings({ maxInvalidPercent: 100 }) };
const printing = (text: string, more = {}) => templates({ welcome: template({ subject: 'Hello', text, ...more }) });

describe('a column that a template uses', () => {
  test.each([
    ['FIRSTNAME', '{{first name}}'],
    ['firstName', '{{first_name}}'],
    ['First Name', '{{firstname}}'],
    ['first-name', '{{FirstName}}'],
  ])('%s meets %s where only one of them is there', async (column, tag) => {
    const { recipients } = await planned(`email,${column}\na@example.org,Ann\n`, {
      templates: printing(`Dear ${tag}`),
    });
    const [, name] = /\{\{(.*)\}\}/.exec(tag)!;
    expect(Object.entries(recipients[0]!.vars).find(([key]) => key === name!.toLowerCase().replace(' ', '_'))).toEqual([
      expect.anything(),
      'Ann',
    ]);
  });

  test('the exact name wins over a loose one', async () => {
    const { recipients } = await planned('email,FIRSTNAME,First Name\na@example.org,Eve,Ann\n', {
      templates: printing('{{first name}}'),
    });
    expect(recipients[0]?.vars.first_name).toBe('Ann');
  });

  test.each<[string, string, string, object?]>([
    ['two of one name', 'Notes,notes', '{{notes}}'],
    ['two that are loosely the same', 'FIRST NAME X,Firstname X', '{{firstnamex}}'],
    ['two that signs alone tell apart', 'Price €,Price $', '{{price }}'],
    ['one that has a default', 'Notes,notes', '{{notes}}', { defaults: { notes: 'none' } }],
  ])('%s: rejected, naming both', async (_, columns, tag, more = {}) => {
    const { output } = await planned(`email,${columns}\na@example.org,1,2\n`, { templates: printing(tag, more) });
    const [first, second] = columns.split(',');
    expect(output.rejection).toMatchObject({
      code: 'MM304',
      message: expect.stringContaining(`"${first}" and "${second}"`),
    });
  });

  test('settings cannot mean two columns either', async () => {
    const { output } = await planned('email,lang,Lang\na@example.org,de,en\n', {
      settings: settings({ localeColumn: 'lang' }),
      templates: printing('x'),
    });
    expect(output.rejection?.code).toBe('MM304');
  });
});

describe('a row that ends early', () => {
  const list = `email,name,note\n${Array.from({ length: 20 }, (_, at) => `p${at}@example.org,P${at}${at % 2 ? '' : ',n'}`).join('\n')}\n`;
  test('is whole where nobody uses what is missing, and says nothing there', async () => {
    const { recipients, document } = await planned(list, { ...all, templates: printing('{{name}}') });
    expect(recipients).toHaveLength(20);
    expect(recipients[1]?.vars).toEqual({ email: 'p1@example.org', name: 'P1', note: '' });
    expect(recipients[1]?.cells).toEqual(['p1@example.org', 'P1', '']);
    expect(document.readAs).toEqual({ shortRows: true });
  });

  test.each([
    ['its template', { templates: printing('{{name}} {{note}}') }],
    ['a default of its template', { templates: printing('{{note}}', { defaults: { note: 'x' } }) }],
    ['a setting', { settings: settings({ maxInvalidPercent: 100, localeColumn: 'note' }), templates: printing('x') }],
    [
      'the key',
      { settings: settings({ maxInvalidPercent: 100, recipientKeyColumn: 'note' }), templates: printing('x') },
    ],
  ])('is invalid where %s uses what is missing', async (_, given) => {
    const { document } = await planned(list, { ...all, ...given });
    expect(document).toMatchObject({ recipients: 10, invalidByCode: { MM401: 10 } });
  });
});

describe('a value that is spoilt', () => {
  test.each([
    ...[
      '#N/A',
      '#REF!',
      '#VALUE!',
      '#DIV/0!',
      '#NAME?',
      '#n/a',
      '#NV',
      '#BEZUG!',
      '#VALEUR!',
      '#¡VALOR!',
      'Err:502',
    ].map((value): [string, string] => [value, 'MM412']),
    ['J\uFFFDrgen', 'MM413'],
    ['\uFFFD', 'MM413'],
  ])('%s is not printed: the row is invalid', async (value, code) => {
    const { recipients, skipped } = await planned(`email,name\na@example.org,Ann\nb@example.org,${value}\n`, {
      ...all,
      templates: printing('Dear {{name}}'),
    });
    expect(recipients.map(({ to }) => to)).toEqual(['a@example.org']);
    expect(skipped).toMatchObject([{ code, line: 3, reason: expect.stringContaining('"name"') }]);
  });

  test.each([
    ['in a column that is not printed', 'Dear reader'],
    ['where a section is not shown', 'Dear {{^email}}{{name}}{{/email}}'],
    ['that only guards a section', '{{#name}}Hello{{/name}}'],
  ])('%s it does no harm', async (_, text) => {
    const { recipients } = await planned('email,name\na@example.org,#N/A\n', { templates: printing(text) });
    expect(recipients).toHaveLength(1);
  });

  test('its own section prints it, and so does a default’s column', async () => {
    const list = 'email,name\na@example.org,#N/A\nb@example.org,B\n';
    for (const given of [
      printing('{{#name}}Dear {{name}}{{/name}}'),
      printing('{{name}}', { defaults: { name: 'you' } }),
    ])
      expect((await planned(list, { ...all, templates: given })).document.invalidByCode).toEqual({ MM412: 1 });
  });

  test.each(['#1', 'N/A', '#winning', '# Ann', 'NULL'])('%s is somebody’s text', async (value) => {
    const { recipients } = await planned(`email,name\na@example.org,${value}\n`, { templates: printing('{{name}}') });
    expect(recipients[0]?.vars.name).toBe(value);
  });
});

test('a formula that holds a text is that text, also of an address', async () => {
  const { recipients } = await planned('email,zip\n="a@example.org",="00456"\nb@example.org,"=""00""""7"""\n', {
    templates: printing('{{zip}}'),
  });
  expect(recipients.map(({ to, vars }) => [to, vars.zip])).toEqual([
    ['a@example.org', '00456'],
    ['b@example.org', '00"7'],
  ]);
});

test('top-level domains that do not exist are counted, and mailed', async () => {
  const list = 'email\na@example.con\nb@example.con\nc@example.com\nd@example.рф\ne@example.nope\n';
  const { document } = await planned(list, { templates: printing('x') });
  expect(document).toMatchObject({ recipients: 5, unknownTopLevels: { con: 2, nope: 1 } });
});

describe('the upload’s metadata say how this list is to be read', () => {
  test('its encoding', async () => {
    const bytes = Buffer.from('email,name\na@example.org,\xc0\xed\xed\xe0\n', 'latin1');
    const given = { templates: printing('{{name}}') };
    expect((await planned(bytes, given)).output.rejection?.code).toBe('MM344');
    const metadata = { 'mailmatrix-encoding': 'CP1251' };
    expect((await planned(bytes, { ...given, upload: { metadata } })).recipients[0]?.vars.name).toBe('Анна');
    const wrong = await planned(bytes, { ...given, upload: { metadata: { 'mailmatrix-encoding': 'ebcdic' } } });
    expect(wrong.output.rejection).toMatchObject({ code: 'MM346', message: expect.stringContaining('"ebcdic"') });
  });

  test('its address column, percent-encoded', async () => {
    const metadata = { 'mailmatrix-email-column': encodeURIComponent('Zweite Adreßé') };
    const { recipients } = await planned('email,Zweite Adreßé\na@example.org,b@example.org\n', {
      templates: printing('x'),
      upload: { metadata },
    });
    expect(recipients.map(({ to }) => to)).toEqual(['b@example.org']);
  });

  test('whether cells may hold rows', async () => {
    const list = 'email,name,note\na@example.org,A,"x\nb@example.org,B,y\nc@example.org,C,z"\n';
    const given = { templates: printing('{{name}}') };
    expect((await planned(list, given)).output.rejection?.code).toBe('MM343');
    const metadata = { 'mailmatrix-accept-rows-in-cells': 'true' };
    expect((await planned(list, { ...given, upload: { metadata } })).recipients).toHaveLength(1);
  });
});

test('of a list whose encoding is not known, the plan shows cells in each that it may be, and neither message nor log does', async () => {
  const bytes = Buffer.from(
    'email,name\na@example.org,\xc0\xed\xed\xe0\nb@example.org,\xc1\xee\xf0\xe8\xf1\n',
    'latin1',
  );
  const { output, document, logged } = await planned(bytes, { templates: printing('{{name}}') });
  expect(document.readings).toContainEqual({
    encodings: expect.arrayContaining(['windows-1251']),
    examples: ['Анна', 'Борис'],
  });
  expect(output.rejection?.message).toContain('"windows-1251"');
  expect(output.rejection?.message + logged).not.toMatch(/Анна|Борис/);
});

test('a list that is read again leaves nothing of the first reading behind', async () => {
  // The first reading has an invalid row and a shard; the second, without a quotation mark that counts, has neither.
  const list = `email\tname\n${'x@example.org\t"A\tB"\n'}b@example.org\t"Annie" Lee\n`;
  const { files, recipients, document } = await planned(`${list}`, { ...all, templates: printing('{{name}}') });
  expect(document.readAs?.quotes ?? document).toBeDefined();
  expect(recipients.length + document.invalid).toBe(document.rows);
  expect([...files.objects.keys()].some((key) => key.endsWith('invalid.csv'))).toBe(document.invalid > 0);
});
