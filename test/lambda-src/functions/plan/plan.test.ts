import { recipientKey } from '../../../../lambda-src/domain/ledger/keys';
import { ListDeniedError } from '../../../../lambda-src/domain/ports';
import { memoryFiles } from '../../../support/memory-files';
import { memorySes } from '../../../support/memory-ses';
import { FOLDER, planned, settings, template, templates } from './harness';

test('a list becomes shards of recipients', async () => {
  const { output, document, recipients, run, skipped, invalid } = await planned(
    'Name,E-Mail,Town\nAnn,Ann@Example.com,"Bern\nCH"\n\n Bo\u00a0,bo@example.com, \n',
  );
  expect(output).toEqual({
    v: 1,
    decision: 'send',
    shardList: `${FOLDER}shards.jsonl`,
    shards: 1,
    recipients: 2,
    workers: 1,
  });
  expect(document).toEqual({
    ...output,
    estimate: { perSecond: 14, quota: 50_000, quotaLeft: 50_000, seconds: 1 },
    rows: 2,
    recipients: 2,
    invalid: 0,
    duplicate: 0,
    columns: ['Name', 'E-Mail', 'Town'],
    delimiter: ',',
    invalidByCode: {},
  });
  expect(recipients).toEqual([
    {
      row: 1,
      line: 2,
      to: 'Ann@Example.com',
      ...recipientKey('ann@example.com', run.campaign),
      template: 'welcome',
      vars: { name: 'Ann', e_mail: 'Ann@Example.com', town: 'Bern\nCH' },
      cells: ['Ann', 'Ann@Example.com', 'Bern\nCH'],
    },
    expect.objectContaining({
      row: 2,
      line: 5,
      to: 'bo@example.com',
      vars: { name: 'Bo', e_mail: 'bo@example.com', town: '' },
    }),
  ]);
  expect(skipped).toEqual([]);
  expect(invalid).toBeUndefined();
});

test('no recipient data is logged or stands in the output', async () => {
  const { output, document, logged } = await planned(
    'email,name\nann@secret.example,Ann\nbroken@,Bo\nann@secret.example,Ann\n',
  );
  expect(logged).toContain('"recipients":1,"invalid":1,"duplicate":1');
  // The runbook asks by it which run was refused.
  expect(logged).toMatch(/^planned\{"run":1,/m);
  expect(logged + JSON.stringify([output, document])).not.toMatch(/secret|Ann|Bo|broken/);
});

test('recipients are dealt out in order, a thousand to a shard', async () => {
  const rows = Array.from({ length: 2_345 }, (_, i) => `person${i}@example.com,P${i}\n`);
  const { shards, recipients, output } = await planned(`email,name\n${rows.join('')}`, {
    ses: memorySes({ maxPerSecond: 10_000 }),
  });
  expect(shards.map(({ shard, key, rows }) => [shard, key, rows])).toEqual([
    [1, `${FOLDER}shards/00001.jsonl`, 1000],
    [2, `${FOLDER}shards/00002.jsonl`, 1000],
    [3, `${FOLDER}shards/00003.jsonl`, 345],
  ]);
  expect(recipients.map(({ to }) => to)).toEqual(rows.map((_, i) => `person${i}@example.com`));
  expect(output).toMatchObject({ shards: 3, workers: 3 });
});

test('a repeated plan writes the same, with what the first one pinned', async () => {
  const csv = 'email,name\nann@example.com,Ann\nbo@,Bo\n';
  const first = await planned(csv);
  const written = new Map(first.files.objects);
  const second = await planned(csv, {
    files: first.files,
    templates: templates({ other: template({ text: '{{no such column}}' }) }),
    settings: settings({ emailColumn: 'no such column' }),
  });
  expect(second.output).toEqual(first.output);
  expect(second.files.objects).toEqual(written);
});

test('the first row of a recipient wins', async () => {
  const { recipients, skipped, document } = await planned(
    'email,name\nann@b\u00fccher.example,1\nbo@example.com,2\n ANN@xn--bcher-kva.EXAMPLE,3\nann@B\u00dcCHER.example,4\n',
  );
  expect(recipients.map(({ vars }) => vars.name)).toEqual(['1', '2']);
  expect(skipped).toEqual([
    expect.objectContaining({
      row: 3,
      line: 4,
      outcome: 'duplicate',
      code: 'MM420',
      cells: ['ANN@xn--bcher-kva.EXAMPLE', '3'],
    }),
    expect.objectContaining({ row: 4, line: 5, outcome: 'duplicate' }),
  ]);
  expect(document).toMatchObject({ rows: 4, recipients: 2, duplicate: 2, invalid: 0 });
});

test('an invalid row takes nobody\u2019s place', async () => {
  const { recipients } = await planned('email,name\nann@example.com,\nann@example.com,Ann\n');
  expect(recipients.map(({ row }) => row)).toEqual([2]);
});

test('a key column’s values are one recipient in every spelling of Unicode, and rows without one are invalid', async () => {
  const rows = ['José', 'Jose\u0301', ' José ', 'jose', ''];
  const csv = `email,name,id\n${rows.map((id) => `ann@example.org,Ann,${id}`).join('\n')}\n`;
  const intake = { recipientKeyColumn: 'id', maxInvalidPercent: 50 };
  const { recipients, skipped } = await planned(csv, { settings: settings(intake) });
  expect(recipients.map(({ row }) => row)).toEqual([1, 4]);
  expect(skipped.map(({ row, outcome, code }) => [row, outcome, code])).toEqual([
    [2, 'duplicate', expect.any(String)],
    [3, 'duplicate', expect.any(String)],
    [5, 'invalid', 'MM409'],
  ]);
});

test('people who share a mailbox get a mail each where a key column tells them apart', async () => {
  const { recipients, skipped, document } = await planned(
    'email,name,Member No\na@b.example,Ann,1\na@b.example,Bo,2\na@b.example,Ann, 1\na@b.example,Cy,\n',
    { settings: settings({ recipientKeyColumn: 'member no' }) },
  );
  expect(recipients.map(({ vars, pk, sk }) => [vars.name, pk, sk])).toEqual([
    ['Ann', ...Object.values(recipientKey('a@b.example', 'mailer/may', '1'))],
    ['Bo', ...Object.values(recipientKey('a@b.example', 'mailer/may', '2'))],
  ]);
  expect(skipped.map(({ row, code }) => [row, code])).toEqual([
    [3, 'MM420'],
    [4, 'MM409'],
  ]);
  expect(document.invalidByCode).toEqual({ MM409: 1 });
});

test('every invalid row is named with its code, and the others are not held up', async () => {
  const named = { welcome: template(), other: template({ subject: 'x', text: 'Hello {{#town}}{{name}}{{/town}}' }) };
  const csv = [
    'email,name,town,template',
    'ok@example.com,Ann,Bern,welcome',
    'short@example.com,Ann,Bern',
    ',Ann,Bern,welcome',
    'nobody@,Ann,Bern,welcome',
    'jürgen@example.com,Ann,Bern,welcome',
    `${'x'.repeat(320)}@example.com,Ann,Bern,welcome`,
    'lost@example.com,Ann,Bern,goodbye',
    'unnamed@example.com,\u00a0,Bern,welcome',
    'fine@example.com,,,other',
    '',
  ].join('\n');
  const { recipients, skipped, document } = await planned(csv, {
    templates: templates(named, 'welcome'),
    settings: settings({ templateColumn: 'Template', maxInvalidPercent: 100 }),
  });
  expect(recipients.map(({ to, template }) => [to, template])).toEqual([
    ['ok@example.com', 'welcome'],
    ['fine@example.com', 'other'],
  ]);
  expect(skipped.map(({ line, outcome, code }) => [line, outcome, code])).toEqual([
    [3, 'invalid', 'MM401'],
    [4, 'invalid', 'MM403'],
    [5, 'invalid', 'MM404'],
    [6, 'invalid', 'MM405'],
    [7, 'invalid', 'MM406'],
    [8, 'invalid', 'MM407'],
    [9, 'invalid', 'MM408'],
  ]);
  expect(skipped.at(-1)?.reason).toBe('a column that the template needs is empty: "name"');
  expect(document).toMatchObject({ rows: 9, recipients: 2, invalid: 7, duplicate: 0 });
  expect(document.invalidByCode).toEqual({
    MM401: 1,
    MM403: 1,
    MM404: 1,
    MM405: 1,
    MM406: 1,
    MM407: 1,
    MM408: 1,
  });
});

describe('a list is rejected whole, with no shard to send', () => {
  const good = 'email,name\nann@example.com,Ann\n';
  const gone = () => {
    const files = memoryFiles();
    const list = files.upload('campaigns/may.csv', good);
    files.remove(list);
    return { files, list };
  };
  const denied = () => {
    const files = memoryFiles();
    return { files: { ...files, openList: () => Promise.reject(new ListDeniedError()) } };
  };
  test.each<[string, string, string | Buffer, Parameters<typeof planned>[1], RegExp]>([
    ['gone', 'MM318', good, gone(), /Upload it again/],
    ['denied', 'MM319', good, denied(), /denies/],
    ['too large', 'MM315', good, { settings: settings({ maxBytes: 20 }) }, /31 bytes.*20/],
    ['too many rows', 'MM314', `${good}b@example.com,B\n`, { settings: settings({ maxRows: 1 }) }, /more than 1 rows/],
    ['without rows', 'MM308', 'email,name\n\n', {}, /no recipients/],
    ['without a valid row', 'MM317', 'email,name\na@,A\nb@,B\n', {}, /2 of 2 rows/],
    ['without an address column', 'MM301', 'name,town\nAnn,Bern\n', {}, /"name", "town"/],
    ['malformed', 'MM312', `${good}bo@example.com,"Bo`, {}, /line 3/],
    ['in two encodings', 'MM309', Buffer.from(`${good}j@example.com,J\xc3\xbc\xfcrg\n`, 'latin1'), {}, /near line 3/],
    [
      'without a column of the template',
      'MM323',
      'email,town\nann@example.com,Bern\n',
      { templates: templates({ welcome: template({ html: '{{#vip}}{{town}}{{/vip}}' }) }) },
      /"welcome" uses "name", "vip".*"email", "town"/,
    ],
    ['without the key column', 'MM306', good, { settings: settings({ recipientKeyColumn: 'id' }) }, /"id"/],
    ['while the account may not send', 'MM331', good, { ses: memorySes({ sendingEnabled: false }) }, /may not send/],
    [
      'with an unverified sender',
      'MM332',
      good,
      { ses: memorySes({}, { 'example.com': false }) },
      /example.com is not verified/,
    ],
    ['with an unknown sender', 'MM332', good, { ses: memorySes({}, {}) }, /example.com does not exist/],
  ])('%s', async (_, code, csv, given, says) => {
    const { output, document, files, shards } = await planned(csv, given);
    expect(output).toMatchObject({
      decision: 'rejected',
      shards: 0,
      rejection: { code, message: expect.stringMatching(says) },
    });
    expect(document).toMatchObject(output);
    expect(shards).toEqual([]);
    expect(files.objects.has(output.shardList)).toBe(false);
  });

  test.each([
    // Five are forgiven on the shortest list, and no more than the share on a long one.
    [5, 1, 5, 'send'],
    [6, 1, 5, 'rejected'],
    [6, 114, 5, 'send'],
    [6, 113, 5, 'rejected'],
    [1, 1000, 0, 'rejected'],
    [0, 3, 0, 'send'],
    [99, 1, 100, 'send'],
  ])('%i invalid beside %i good at %i per cent: %s', async (bad, fine, maxInvalidPercent, decision) => {
    const rows = [
      ...Array.from({ length: bad }, (_, i) => `bad${i},B\n`),
      ...Array.from({ length: fine }, (_, i) => `good${i}@example.com,G\n`),
    ];
    const { output, skipped } = await planned(`email,name\n${rows.join('')}`, {
      settings: settings({ maxInvalidPercent }),
    });
    expect(output.decision).toBe(decision);
    if (decision === 'rejected') expect(output.rejection?.code).toBe('MM316');
    expect(skipped).toHaveLength(bad);
  });
});

test.each([
  [3, 'send'],
  [2, 'rejected'],
])('a list of three recipients under a ceiling of %d: %s', async (maxRecipients, decision) => {
  const { output, document } = await planned('email,name\na@x.org,A\nb@x.org,B\nb@x.org,B\nc@x.org,C\n', {
    settings: { ...settings(), limits: { maxRecipients } },
  });
  expect(output.decision).toBe(decision);
  expect(output.rejection?.code).toBe(decision === 'rejected' ? 'MM338' : undefined);
  // At 14 a second.
  expect(document.estimate).toEqual(
    decision === 'rejected' ? undefined : { perSecond: 14, seconds: 1, quota: 50_000, quotaLeft: 50_000 },
  );
});

describe('while the key of the links could be guessed', () => {
  const LIST = 'email,name\nann@example.com,Ann\n';
  const linkKeys = (secret: string) => async () => ({ current: 'k2', secrets: { k1: 'short', k2: secret } });
  const one = (topic?: string) => templates({ welcome: template({ topic }) });

  test('a list is rejected before anybody is mailed, and no key is told', async () => {
    const found = await planned(LIST, { templates: one('general'), linkKeys: linkKeys('ten_chars_') });
    expect(found.output.rejection).toMatchObject({
      code: 'MM340',
      message: expect.stringMatching(/ 10 characters.* 32 /),
    });
    expect(found.shards).toEqual([]);
    expect(JSON.stringify([...found.files.objects]) + found.logged).not.toContain('ten_chars_');
  });

  test('so is a draft', async () => {
    const found = await planned(LIST, { draft: true, templates: one('general'), linkKeys: linkKeys('x') });
    expect(found.output.rejection).toMatchObject({ code: 'MM340' });
  });

  test('mail without such links goes out, and so does mail by a long key that came after a short one', async () => {
    const without = await planned(LIST, { templates: one(), linkKeys: linkKeys('x') });
    const long = await planned(LIST, { templates: one('general'), linkKeys: linkKeys('x'.repeat(32)) });
    expect([without.output.decision, long.output.decision]).toEqual(['send', 'send']);
  });

  test('a run that was planned before goes on', async () => {
    const first = await planned(LIST, { templates: one('general'), linkKeys: linkKeys('x'.repeat(64)) });
    const list = first.run.list;
    const again = await planned(LIST, { files: first.files, list, templates: one('general'), linkKeys: linkKeys('x') });
    expect(again.output).toEqual(first.output);
  });
});

test('an outage is no refusal', async () => {
  const ses = { ...memorySes(), account: () => Promise.reject(new Error('no connection')) };
  await expect(planned('email,name\nann@example.com,Ann\n', { ses })).rejects.toThrow('no connection');
});

test('a Plan that comes late, and finds the list gone, leaves the plan as it is', async () => {
  const files = memoryFiles();
  const first = await planned('email,name\nann@example.com,Ann\n', { files });
  const { list } = first.run;
  const late = await planned('', { files, list: { ...list, versionId: 'deleted', etag: 'deleted' } });
  expect(late.output).toEqual(first.output);
  expect(late.document).toEqual(first.document);
});

test('a shard that cannot be written fails the plan', async () => {
  const files = memoryFiles();
  const put = files.put;
  files.put = async (key, body, type) => {
    if (key.includes('/shards/')) throw new Error('slow down');
    return put(key, body, type);
  };
  await expect(planned('email,name\nann@example.com,Ann\n', { files })).rejects.toThrow('slow down');
  expect([...files.objects.keys()]).not.toContain(`${FOLDER}plan.json`);
});

test.each([
  [{ accountShare: 1 }, 10, 1],
  [{ accountShare: 1 }, 14, 2],
  [{ accountShare: 1 }, 250, 4],
  [{ accountShare: 0.5 }, 250, 3],
  [{ accountShare: 1, maxPerSecond: 101 }, 250, 3],
  [{ accountShare: 1 }, 100_000, 5],
])('workers for a rate of %j of %i', async (rate, maxPerSecond, workers) => {
  const rows = Array.from({ length: 4_001 }, (_, i) => `p${i}@example.com,P\n`).join('');
  const { output } = await planned(`email,name\n${rows}`, {
    settings: settings({}, rate),
    ses: memorySes({ maxPerSecond }),
  });
  expect(output.workers).toBe(workers);
});

test('a row whose link leads nowhere is invalid; an empty one in its section is not', async () => {
  const html = 'Hello {{#site}}<a href="{{site}}">{{site}}</a>{{/site}}';
  const named = { welcome: template({ text: undefined, html, htmlContexts: 'uh' }) };
  const { recipients, skipped } = await planned(
    'email,name,Site\na@example.com,A,https://a.example\nb@example.com,B,\nc@example.com,C,javascript:x\nd@example.com,D,d.example\n',
    { templates: templates(named) },
  );
  expect(recipients.map(({ row }) => row)).toEqual([1, 2]);
  expect(skipped.map(({ row, code, reason }) => [row, code, reason])).toEqual([
    [3, 'MM411', 'a column that the template links to holds no http, https or mailto address, or no host: "Site"'],
    [4, 'MM411', 'a column that the template links to holds no http, https or mailto address, or no host: "Site"'],
  ]);
});

describe('what templates attach', () => {
  const attachments = [{ fileName: 'a.pdf', size: 1, sha256: 'aa' }];
  const given = { templates: templates({ welcome: template({ attachments }) }) };
  const list = 'email,name\na@example.com,A\n';

  test('is put into the run\u2019s folder', async () => {
    const { files } = await planned(list, {
      ...given,
      ports: { attachments: async () => ({ aa: 'QQ==', bb: 'Qg==' }) },
    });
    expect(files.objects.get(`${FOLDER}attachments/aa`)).toBe('QQ==');
    expect(files.objects.has(`${FOLDER}attachments/bb`)).toBe(false);
  });

  test('or there is no plan', async () => {
    await expect(planned(list, given)).rejects.toThrow(/^MM620: the attachment aa is not in the asset/);
  });
});

test('a run is cut into shards as its first Plan began to, whatever is deployed in between', async () => {
  const csv = 'email,name\na@example.org,A\nb@example.org,B\nc@example.org,C\nd@example.org,D\n';
  const first = await planned(csv, { shardSize: 3 });
  const written = new Map([...first.files.objects].filter(([key]) => key.includes('/shards/')));
  // The first was taken for failed after it had pinned and before it had decided.
  first.files.objects.delete(`${FOLDER}plan.json`);
  const second = await planned(csv, { files: first.files, shardSize: 2 });
  expect(second.shards.map(({ rows }) => rows)).toEqual([3, 1]);
  expect(new Map([...second.files.objects].filter(([key]) => key.includes('/shards/')))).toEqual(written);
});
