import {
  aliasesOf,
  campaignCell,
  codeColumn,
  columnsNamed,
  columnsOf,
  findColumn,
  isReservedName,
} from '../../../../lambda-src/domain/list/columns';

const named = (wanted: string, ...cells: string[]) => columnsNamed(columnsOf(cells), wanted).map(({ index }) => index);

describe('a column is found', () => {
  test.each([
    ['by its name', 'name', ['email', 'name'], [1]],
    ['in another case, with other punctuation', 'First name', ['first_NAME', 'name'], [0]],
    ['by its exact name before one that differs in punctuation', 'first_name', ['firstname', 'first name'], [1]],
    ['without its punctuation', 'firstName', ['first name'], [0]],
    ['twice, if two columns have the name', 'name', ['name', 'NAME'], [0, 1]],
    ['not by a part of its name', 'name', ['first name', 'names'], []],
  ])('%s', (_what, wanted, cells, found) => {
    expect(named(wanted, ...cells)).toEqual(found);
  });

  test.each(['', ' ', '_', '--'])('never by a name without letters and digits: %j', (wanted) => {
    expect(named(wanted, '', ' ', 'name')).toEqual([]);
  });

  test('only if no other column has the name', () => {
    const columns = columnsOf(['First name', 'first_name', 'name']);
    expect(findColumn({ columns }, 'name')).toMatchObject({ name: 'name', index: 2 });
    expect(findColumn({ columns }, 'city')).toBeUndefined();
    expect(() => findColumn({ columns }, 'first name')).toThrow(/First name.*first_name/);
  });
});

test('a template’s own spelling of a column is an alias of it', () => {
  const columns = columnsOf(['First name', 'city']);
  expect(aliasesOf({ columns }, ['firstname', 'first_name', 'city', 'missing'])).toEqual([
    { name: 'firstname', index: 0 },
  ]);
});

test('MailMatrix’s own columns are found by their full name', () => {
  expect(isReservedName('MailMatrix code')).toBe(true);
  expect(isReservedName('code')).toBe(false);
  const reserved = columnsOf(['mailmatrix_campaign', 'mailmatrix_code']);
  expect(codeColumn({ reserved })?.index).toBe(1);
  expect(codeColumn({ reserved: [] })).toBeUndefined();
  expect(campaignCell({ reserved }, [' mailer/may ', 'MM401'])).toBe('mailer/may');
  expect(campaignCell({ reserved }, [])).toBe('');
});
