import { planned, settings, template, templates } from '../harness';

const news = templates({ welcome: template({ topic: 'news' }) });
const receipts = templates({ welcome: template() });
const given = { templates: news };

/** Each product's column, beside others of the product: what it says of the second person. */
test.each([
  ['Amazon Pinpoint, opted out', 'ChannelType,Address,OptOut,name', 'EMAIL,%,NONE,x', 'EMAIL,%,ALL,x'],
  ['Amazon Pinpoint, inactive', 'ChannelType,Address,EndpointStatus,name', 'EMAIL,%,ACTIVE,x', 'EMAIL,%,INACTIVE,x'],
  ['Mailchimp, unsubscribed', 'Email Address,name,UNSUB_TIME,LEID', '%,x,,1', '%,x,2026-01-02 10:00:00,2'],
  ['Mailchimp, cleaned', 'Email Address,name,CLEAN_TIME,EUID', '%,x,,1', '%,x,2026-01-02 10:00:00,2'],
  ['Mailchimp, by its API', 'email_address,name,status,unique_email_id', '%,x,subscribed,1', '%,x,Cleaned,2'],
  ['Shopify', 'Email,name,Accepts Email Marketing,Total Orders', '%,x,yes,1', '%,x,no,2'],
  ['Salesforce', 'Contact ID,Email,name,Email Opt Out', '1,%,x,0', '2,%,x,1'],
  ['Salesforce, by its API', 'Id,Email,name,HasOptedOutOfEmail', '1,%,x,false', '2,%,x,true'],
  ['HubSpot', 'Record ID,Email,name,Unsubscribed from all email', '1,%,x,', '2,%,x,true'],
])('%s: who wants no email gets none, with the reason', async (_, header, yes, no) => {
  const list = `${header}\n${yes.replace('%', 'ann@example.org')}\n${no.replace('%', 'bo@example.org')}\n`;
  const { recipients, skipped, document } = await planned(list, given);
  expect(recipients.map(({ to }) => to)).toEqual(['ann@example.org']);
  expect(skipped).toMatchObject([{ outcome: 'suppressed', code: 'MM421', reason: 'by_list', line: 3 }]);
  expect(document).toMatchObject({ rows: 2, recipients: 1, invalid: 0, duplicate: 0, suppressedByList: 1 });
  // Everybody must get transactional mail.
  expect((await planned(list, { templates: receipts })).recipients).toHaveLength(2);
});

test.each(['OptOut', 'Status', 'Accepts Marketing', 'Subscribed', 'DND', 'Email Opt Out'])(
  '%s alone says nothing: only columns of its product beside it give it a meaning',
  async (column) => {
    const list = `email,name,${column}\na@example.org,A,no\nb@example.org,B,unsubscribed\nc@example.org,C,ALL\n`;
    expect((await planned(list, given)).recipients).toHaveLength(3);
  },
);

test('one row is enough for all rows of that address, also for those before it', async () => {
  const rows = [
    'ann@example.org,A,yes,1',
    'bo@example.org,B,yes,1',
    'ANN@example.org,A,no,1',
    'ann@example.org,A,yes,1',
  ];
  const list = `Email,name,Accepts Email Marketing,Total Orders\n${rows.join('\n')}\n`;
  for (const identity of [undefined, 'name']) {
    const { recipients, skipped, document } = await planned(list, {
      ...given,
      settings: settings({ recipientKeyColumn: identity }),
    });
    expect(recipients.map(({ to }) => to)).toEqual(['bo@example.org']);
    expect(skipped.map(({ line, outcome }) => [line, outcome])).toEqual([
      [2, 'suppressed'],
      [4, 'suppressed'],
      [5, 'suppressed'],
    ]);
    expect(document).toMatchObject({ rows: 4, recipients: 1, suppressedByList: 3 });
  }
});

test('the owner names a column and what it says', async () => {
  const optOut = { column: 'Status', values: ['Gone', 'Bounced'] };
  const intake = { settings: settings({ optOut }) };
  const list = 'email,name,status\na@example.org,A,active\nb@example.org,B,gone\nc@example.org,C, BOUNCED \n';
  const { recipients } = await planned(list, { ...given, ...intake });
  expect(recipients.map(({ to }) => to)).toEqual(['a@example.org']);
  const without = await planned('email,name\na@example.org,A\n', { ...given, ...intake });
  expect(without.output.rejection).toMatchObject({ code: 'MM348', message: expect.stringContaining('"Status"') });
});

test('an opt-out column is found as columns of templates are', async () => {
  const optOut = { column: 'wantsNoEmail', values: ['yes'] };
  const named = 'email,name,Wants no email\na@example.org,A,yes\nb@example.org,B,no\n';
  const { recipients } = await planned(named, { ...given, settings: settings({ optOut }) });
  expect(recipients.map(({ to }) => to)).toEqual(['b@example.org']);
  const known = 'ContactID,email,name,EmailOptOut\n1,a@example.org,A,1\n2,b@example.org,B,0\n';
  expect((await planned(known, given)).recipients.map(({ to }) => to)).toEqual(['b@example.org']);
});

test('a list of nobody else is rejected and says why', async () => {
  const list = 'Email,name,Accepts Email Marketing,Total Orders\na@example.org,A,no,1\n';
  expect((await planned(list, given)).output.rejection).toMatchObject({ code: 'MM347' });
});
