import { planned, settings, template, templates } from './harness';

const PEOPLE = Array.from({ length: 5 }, (_, at) => `p${at}@example.com,P${at}\n`).join('');

test('a draft is planned, shows three mails as they would be, and leaves nothing that could be sent', async () => {
  const { output, document, files, run } = await planned(`email,name\nbroken@,B\n${PEOPLE}`, {
    draft: true,
    templates: templates({ welcome: template({ html: '<p>{{name}} of {{mail.campaign}}</p>' }) }),
  });
  expect(output).toMatchObject({ decision: 'draft', shards: 0 });
  expect(document).toMatchObject({ rows: 6, recipients: 5, invalid: 1 });
  expect(document.samples).toHaveLength(6);
  expect(files.objects.get(`${run.folder}samples/1.txt`)).toBe('To: p0@example.com\nSubject: Hello P0\n\nDear P0');
  expect(files.objects.get(`${run.folder}samples/3.html`)).toBe('<p>P2 of may</p>');
  expect([...files.objects.keys()].filter((key) => /shards/.test(key))).toEqual([]);
});

test.each([
  ['an older state machine says so in the run', { run: { draft: true } }],
  ['nobody says so, and its list lies where drafts do', { key: 'drafts/may.csv' }],
])('a draft is planned as one where %s', async (_, given) => {
  const { output, files } = await planned(`email,name\n${PEOPLE}`, {
    settings: settings({ draftsPrefix: 'drafts/' }),
    ...given,
  });
  expect(output).toMatchObject({ decision: 'draft', shards: 0 });
  expect([...files.objects.keys()].filter((key) => /shards/.test(key))).toEqual([]);
});

test('a draft is refused as the list would be', async () => {
  const { output, document } = await planned('email,town\na@example.com,Bern\n', { draft: true });
  expect(output).toMatchObject({ decision: 'rejected', rejection: { code: 'MM323' } });
  expect(document.samples).toBeUndefined();
});

test('a folder under the drafts\u2019 prefix names the template, as it would under the other', async () => {
  const two = templates({ welcome: template(), other: template({ subject: 'Other' }) });
  const { files, run } = await planned(`email,name\n${PEOPLE}`, {
    draft: true,
    key: 'drafts/other/may.csv',
    templates: two,
    settings: settings({ draftsPrefix: 'drafts/' }),
  });
  expect(files.objects.get(`${run.folder}samples/1.txt`)).toContain('Subject: Other\n');
});

test('a list that was taken for Windows-1252 is sent, and the plan shows three cells by which to judge', async () => {
  const list = Buffer.from(
    `email,name,town\n${PEOPLE.replaceAll('\n', ',x\n')}j@example.com,J\xfcrg,Z\xfcrich\nz@example.com,Zo\xe9,\xc4\n`,
    'latin1',
  );
  const { output, document, recipients, logged } = await planned(list);
  expect(output.decision).toBe('send');
  expect(document.guess).toEqual({ encoding: 'windows-1252', examples: ['Jürg', 'Zürich', 'Zoé'] });
  expect(recipients.at(-1)?.vars).toMatchObject({ name: 'Zoé', town: 'Ä' });
  expect(logged).not.toMatch(/J.rg|rich/);
});

test('only a plan that sends says when: a draft and a rejected list wait for no window and no time', async () => {
  const window = { opens: 480, closes: 1_080, timeZone: 'UTC', days: [1, 2, 3, 4, 5] };
  const given = {
    settings: settings({}, { accountShare: 1, window }),
    upload: { metadata: { 'mailmatrix-send-at': '1970-01-02T00:00:00Z' } },
    run: { uploadedAt: '1970-01-01T00:00:00Z' },
  };
  const when = async (csv: string, draft = false) => {
    const { document, output } = await planned(csv, { ...given, draft });
    expect([output.window, output.sendAt]).toEqual([document.window, document.sendAt]);
    return [document.decision, document.window, document.sendAt];
  };
  const good = `email,name\n${PEOPLE}`;
  expect(await when(good)).toEqual(['send', window, '1970-01-02T00:00:00.000Z']);
  expect(await when(good, true)).toEqual(['draft', undefined, undefined]);
  expect(await when('email,name\n')).toEqual(['rejected', undefined, undefined]);
});
