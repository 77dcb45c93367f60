import { templateHeaders } from '../../../../lambda-src/domain/sending/headers';

const FROM = '"News" <news@Mail.Example.com>';
const OWN = { name: 'X-Auto-Response-Suppress', value: 'OOF, AutoReply' };

test('a list’s id is its topic within the domain of the From address (RFC 2919)', () => {
  const [id, ...others] = templateHeaders({ topic: 'offers' }, FROM);
  expect(id).toEqual({ name: 'List-Id', value: '<offers.mail.example.com>' });
  expect(others).toEqual([OWN]);
  expect(templateHeaders({ topic: 'offers' }, 'news@example.com')[0]!.value).toBe('<offers.example.com>');
});

test.each([
  ['a name with an address', '"ann@home.example" <news@example.com>', 'example.com'],
  ['a quoted part with an @', '"a@b"@example.com', 'example.com'],
  ['an address without a domain', 'news', 'localhost'],
])('a list’s id has the domain at the end of From: %s', (_what, from, domain) => {
  expect(templateHeaders({ topic: 'offers' }, from)[0]!.value).toBe(`<offers.${domain}>`);
});

test('a transactional email belongs to no list', () => {
  expect(templateHeaders({}, FROM)).toEqual([OWN]);
});

test('the owner’s headers follow, and replace those of the same name', () => {
  const headers = [
    { name: 'list-id', value: '<shop.example.com>' },
    { name: 'Precedence', value: 'bulk' },
  ];
  expect(templateHeaders({ topic: 'offers', headers }, FROM)).toEqual([OWN, ...headers]);
});
