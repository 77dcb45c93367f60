import { METADATA } from '../../../../../src/private/contract';
import { encode } from '../../../../support/encode';
import { type Given, planned, settings, template, templates } from '../harness';

/** Lists as people and products write them, by the rule that they try; what must come of each. */
interface Wanted {
  /** Addresses that are mailed, or how many. */
  readonly to?: readonly string[] | number;
  /** The first one's column `name`. */
  readonly name?: string;
  /** The list is rejected. */
  readonly code?: RegExp;
  /** Codes of rows that are left out. */
  readonly skipped?: string;
}
type Case = readonly [what: string, list: string | Buffer, wanted: Wanted, given?: Given];

const greeting = template({ subject: 'Hello {{name}}', text: 'Dear {{name}}', defaults: { name: 'you' } });
const GREETING = templates({ welcome: greeting });
const NEWS = templates({ news: { ...greeting, topic: 'news' } });
const said = (metadata: Partial<Record<keyof typeof METADATA, string>>): Given => ({
  upload: {
    metadata: Object.fromEntries(
      Object.entries(metadata).map(([name, value]) => [METADATA[name as keyof typeof METADATA], value]),
    ),
  },
});
const rows = (count: number, row: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => `${row(at)}\n`).join('');
const CY = 'cy@ex.org';
/** The address, and another beside it. */
const besides = (what: string, address: string, wanted: Wanted): Case => [
  what,
  `email\tname\n${address}\tAnn\n${CY}\tCy\n`,
  wanted,
];
const out = (address: string): Case => besides(`no address: ${address}`, address, { to: [CY], skipped: 'MM404' });

const expectCase = async ([_, list, wanted, given = {}]: Case) => {
  const base = given.settings ?? settings();
  const { output, recipients, skipped } = await planned(list, {
    templates: GREETING,
    ...given,
    settings: { ...base, intake: { ...base.intake, maxInvalidPercent: 60 } },
  });
  if (wanted.code) expect(output.rejection?.code).toMatch(wanted.code);
  else expect(output.rejection).toBeUndefined();
  const to = recipients.map((one) => one.to).sort();
  if (typeof wanted.to === 'number') expect(to).toHaveLength(wanted.to);
  else if (wanted.to) expect(to).toEqual([...wanted.to].sort());
  if (wanted.name !== undefined) expect(recipients[0]?.vars.name).toBe(wanted.name);
  if (wanted.skipped !== undefined) expect([...new Set(skipped.map(({ code }) => code))].join()).toBe(wanted.skipped);
};

const SWALLOWED: Case[] = [
  [
    'semicolons, a mark far down',
    `Nom;Courriel;Ville\n${rows(50, (i) => `P${i};p${i}@ex.fr;${i === 10 ? '"Lyon' : i === 40 ? 'Nice"' : 'Metz'}`)}`,
    { code: /MM343/ },
  ],
  [
    'Russian, in the last column',
    `Имя;Почта;Город\n${rows(30, (i) => `И${i};p${i}@ex.org;${i === 2 ? '"Москва' : i === 9 ? 'Тверь"' : 'Уфа'}`)}`,
    { code: /MM343/ },
  ],
  [
    'never closed',
    `email,name\n${rows(30, (i) => `p${i}@ex.org,${i === 27 ? '"N' : 'N'}`)}`,
    { code: /MM343|MM312|MM313/ },
  ],
  [
    'one row alone, which goes on behind the mark',
    'email,name,c\na@ex.org,"A,x\nb@ex.org,B",y\nc@ex.org,C,z\n',
    { to: ['c@ex.org'], skipped: 'MM414' },
  ],
  [
    'tabs: a program that quotes nothing',
    `name\temail\n${rows(30, (i) => `${i === 3 ? '"Jo' : i === 20 ? 'Al"' : 'N'}\tp${i}@ex.org`)}`,
    { to: 30 },
  ],
  [
    'addresses of streets in several lines',
    `email,address\n${rows(20, (i) => `p${i}@ex.org,"1 High St\nFlat ${i}\nLondon"`)}`,
    { to: 20 },
  ],
  ['a note that holds addresses', 'email,note\nann@ex.org,"call\nbob@ex.org\ncy@ex.org"\nbo@ex.org,x\n', { to: 2 }],
  [
    'meant so',
    'email,note\nann@ex.org,"x\nbo@ex.org,y\ncy@ex.org,z"\n',
    { to: ['ann@ex.org'] },
    said({ acceptRowsInCells: 'true' }),
  ],
];

const TWO: Case[] = [
  ...['ann@ex.org / bo@ex.org', 'ann@ex.org und bo@ex.org', 'ann@ex.org:::bo@ex.org', 'ann@ex.org;bo@ex.org'].map(out),
  ...['ann@ex.org <bo@ex.org>', '"Ann Lee <ann@ex.org>; Bo Ray <bo@ex.org>"', '"ann@ex.org\nbo@ex.org"'].map(out),
  ...['ann@ex.org，bo@ex.org', 'ann@ex.org、bo@ex.org', 'ann@ex.org؛bo@ex.org'].map(out),
];

const NAMES = {
  pl: ['Łukasz Żak', 'Małgorzata Wójcik', 'Świętosław Kędzior', 'Agnieszka Gołąb', 'Paweł Dąbrowski', 'Grażyna Błażej'],
  cs: ['Jiří Dvořák', 'Zdeněk Šťastný', 'Růžena Čermáková', 'Tomáš Kříž', 'Ondřej Němec'],
  tr: ['Şule Yıldız', 'Çağrı Öztürk', 'İbrahim Güneş', 'Ayşe Doğan', 'Gökçe Şahin', 'Ömer Işık'],
  lt: ['Žydrūnas Šimkus', 'Rūta Čiurlionytė', 'Ąžuolas Žvirblis', 'Eglė Šarūnė', 'Jūratė Kęstutytė'],
  fr: [
    'François Lefèvre',
    'Chloé Bérénice',
    'Hélène Dupré',
    'Noël Gérard',
    'Zoé Périgord',
    'Agnès Frémont',
    'Jérôme Côté',
    'Thérèse Béguin',
    'Élodie Crépin',
  ],
  is: [
    'Þórður Jónsson',
    'Guðrún Björnsdóttir',
    'Ævar Þorsteinsson',
    'Sigríður Ólafsdóttir',
    'Halldór Guðmundsson',
    'Ásdís Örn',
    'Úlfur Ágústsson',
  ],
  de: ['Jürgen Müller', 'Jörg Groß'],
  zh: ['张伟', '王芳', '李娜'],
  'zh-hant': ['陳大文', '林美玲', '黃志明'],
  ja: ['田中太郎', '鈴木花子', 'サトウ'],
  ko: ['김철수', '이영희'],
  ru: ['Иван Петров', 'Ольга Иванова'],
  el: ['Γιώργος', 'Ελένη'],
  he: ['שרה כהן', 'דוד לוי'],
  ar: ['محمد علي'],
};
const people = (language: keyof typeof NAMES): string =>
  `email,name\n${NAMES[language].map((name, at) => `p${at}@ex.org,${name}\n`).join('')}`;
const unnamed = (language: keyof typeof NAMES, encoding: string): Case => [
  `${language} in ${encoding}`,
  encode(encoding, people(language))!,
  { code: /MM344/ },
];
const named = (language: keyof typeof NAMES, encoding: string, word: string): Case => [
  `${language} in ${encoding}, called ${word}`,
  encode(encoding, people(language))!,
  { to: NAMES[language].length, name: NAMES[language][0] },
  said({ encoding: word }),
];
const asItIs = (language: keyof typeof NAMES, bytes: Buffer): Case => [
  `${language}, which its bytes show`,
  bytes,
  { to: NAMES[language].length, name: NAMES[language][0] },
];

const ENCODINGS: Case[] = [
  ...[unnamed('zh', 'gbk'), unnamed('zh-hant', 'big5'), unnamed('ja', 'shift_jis'), unnamed('ko', 'euc-kr')],
  ...[unnamed('pl', 'windows-1250'), unnamed('pl', 'iso-8859-2'), unnamed('cs', 'windows-1250')],
  ...[
    unnamed('tr', 'windows-1254'),
    unnamed('lt', 'windows-1257'),
    unnamed('ru', 'windows-1251'),
    unnamed('ru', 'koi8-r'),
  ],
  ...[
    unnamed('el', 'windows-1253'),
    unnamed('he', 'windows-1255'),
    unnamed('ar', 'windows-1256'),
    unnamed('fr', 'macintosh'),
  ],
  [
    'cp850',
    Buffer.from(
      `email,name\n${rows(20, (i) => `p${i}@ex.org,J\x81rgen M\x81ller, K\x94ln`)}`.replaceAll(', K', ' K'),
      'latin1',
    ),
    { code: /MM344|MM309/ },
  ],
  ['ISO-2022-JP', Buffer.from('email,name\nann@ex.org,\x1b$BEDCf\x1b(B\n', 'latin1'), { code: /MM344/ }],
  asItIs('fr', encode('windows-1252', people('fr'))!),
  asItIs('is', encode('windows-1252', people('is'))!),
  asItIs('de', encode('windows-1252', people('de'))!),
  asItIs('fr', Buffer.from(people('fr'), 'utf16le').swap16()),
  ...[named('zh', 'gbk', 'GB2312'), named('ja', 'shift_jis', 'x-sjis'), named('pl', 'windows-1250', 'cp1250')],
  ['UTF-8 that is called something else', people('fr'), { code: /MM345/ }, said({ encoding: 'latin1' })],
  ['an encoding that nobody knows', people('fr'), { code: /MM346/ }, said({ encoding: 'ebcdic' })],
];

const STRANGERS: Case[] = [
  ...['"ann@example.net\nhome"', 'ann@example.com?x=1', 'ann@example.com#top', 'ann@example.com\\bob'].map(out),
  ...['ann@ex%61mple.com', 'ann@example.com®', 'ann@ﬁrma.example', 'ann@example.com:8080', 'ann@½.example'].map(out),
  ...['ann@x.local', 'ann@test.invalid', 'ann@xn--zzzzzz--.example', 'ann@ex‐ample.org'].map(out),
  besides('a domain outside ASCII', 'ann@faß.de', { to: ['ann@faß.de', CY] }),
];

const JUNK: Case[] = [
  ...['•ann@ex.org', '{{email}}@ex.org', 'email=ann@ex.org', '*ann@ex.org', '%20ann@ex.org', '‘ann@ex.org'].map(out),
  besides('a spreadsheet’s apostrophe', "'ann@ex.org", { to: ['ann@ex.org', CY] }),
  besides('an equals sign inside', 'prvs=123=ann@ex.org', { to: ['prvs=123=ann@ex.org', CY] }),
];

const intake = (more: Parameters<typeof settings>[0]): Given => ({ templates: NEWS, settings: settings(more) });
const BO = { to: ['bo@ex.org'], skipped: 'MM421' };
const OPTED_OUT: Case[] = [
  [
    'Amazon Pinpoint',
    'ChannelType,Address,OptOut,User.UserId\nEMAIL,ann@ex.org,ALL,1\nEMAIL,bo@ex.org,NONE,2\n',
    BO,
    intake({ emailColumn: 'Address' }),
  ],
  ['Salesforce', 'Contact ID,Email,Email Opt Out\n1,ann@ex.org,1\n2,bo@ex.org,0\n', BO, intake({})],
  ['HubSpot', 'Record ID,Email,Unsubscribed from all email\n1,ann@ex.org,TRUE\n2,bo@ex.org,\n', BO, intake({})],
  [
    'Shopify',
    'First Name,Email,Accepts Email Marketing,Total Spent,Total Orders\nA,ann@ex.org,no,1,1\nB,bo@ex.org,yes,2,2\n',
    BO,
    intake({}),
  ],
  [
    'a column that a setting names, for all rows of the address',
    'Email,DND\nANN@ex.org,N\nann@ex.org,Y\nbo@ex.org,N\n',
    BO,
    intake({ optOut: { column: 'dnd', values: ['y'] } }),
  ],
  ['a generic column', 'Email,Status\nann@ex.org,unsubscribed\nbo@ex.org,ok\n', { to: 2 }, intake({})],
  ['a transactional template', 'Contact ID,Email,Email Opt Out\n1,ann@ex.org,1\n2,bo@ex.org,0\n', { to: 2 }],
];

const SPOILT: Case[] = [
  ...['#N/A', '#REF!', '#DIV/0!', '#NV', '#NOM?', '#ЗНАЧ!'].map(
    (value): Case => [value, `email,name\nann@ex.org,${value}\n${CY},Cy\n`, { to: [CY], skipped: 'MM412' }],
  ),
  ['letters that were lost', `email,name\nann@ex.org,Ma\uFFFDrie\n${CY},Cy\n`, { to: [CY], skipped: 'MM413' }],
  ['in a column that nothing prints', 'email,name,x\nann@ex.org,Ann,#N/A\n', { to: 1 }],
];

const HEADERS: Case[] = [
  ...[
    'E-Mail Adresse',
    'Adres e-mail',
    'Sähköpostiosoite',
    'EMAIL ADDRESS *',
    'E‑mail',
    'e_mail',
    'Correo',
    '電子メール',
    '이메일',
  ],
  ...[
    'Contact email address',
    'Student Email',
    'Posta elettronica',
    'Email Address(es)',
    'User email',
    'Member e-mail',
  ],
].map((name): Case => [name, `Nr;${name};name\n1;ann@ex.org;A\n2;bo@ex.org;B\n`, { to: 2, name: 'A' }]);
HEADERS.push(
  ['addresses of agents', 'Agent,City,name\nann@ex.org,Rome,A\nbo@ex.org,Bern,B\n', { code: /MM301/ }],
  ['a column by what is in it', `Kontaktperson,name\n${rows(30, (i) => `p${i}@ex.org,N`)}`, { to: 30 }],
  [
    'a column that the upload names',
    'Agent,Cc,name\nann@ex.org,bo@ex.org,A\n',
    { to: ['bo@ex.org'] },
    said({ emailColumn: 'cc' }),
  ],
  ['two of one rank', 'Home email,Work email,name\na@ex.org,b@ex.org,A\n', { code: /MM302/ }],
  ['one of a higher rank', 'Work email,email,name\na@ex.org,b@ex.org,A\n', { to: ['b@ex.org'] }],
);

const LONG_NAMES = Array.from({ length: 900 }, (_, at) => 'x'.repeat(220) + at).join(',');
const FIRST = templates({ w: template({ subject: 'x', text: '{{first name}}' }) });
const COLUMNS: Case[] = [
  ['a header of 200 KB', `${LONG_NAMES},email,name\n${','.repeat(900)}ann@ex.org,Ann\n`, { to: 1, name: 'Ann' }],
  [
    'an index, a spacer, names twice, signs',
    ',email,name,,Notes,Notes,Price €,Price $,✅,❌\n0,ann@ex.org,Ann,,a,b,1,2,x,y\n',
    { to: 1, name: 'Ann' },
  ],
  ['a name that a template uses, twice', 'email,name,Name\nann@ex.org,a,b\n', { code: /MM304/ }],
  ['text beyond the header', 'email;name\nann@ex.org;Ann\nbo@ex.org;Bo;extra\n', { code: /MM341/ }],
  ['empty cells beyond the header', 'email;name;;\nann@ex.org;Ann;;\nbo@ex.org;Bo;;;;\n', { to: 2 }],
  ...['firstName', 'FIRSTNAME', 'First-Name'].map(
    (name): Case => [name, `email,${name}\nann@ex.org,Ann\n`, { to: 1 }, { templates: FIRST }],
  ),
];

const SHORT: Case[] = [
  ['one row of four', `email,name,a,b\n${rows(40, (i) => `p${i}@ex.org,N${i % 4 ? ',1,2' : ''}`)}`, { to: 40 }],
  [
    'one of a hundred',
    `email,name,a,b\n${rows(100, (i) => `p${i}@ex.org,N${i === 50 ? '' : ',1,2'}`)}`,
    { to: 99, skipped: 'MM401' },
  ],
  [
    'without a column that is used',
    `email,a,name\n${rows(40, (i) => `p${i}@ex.org,1${i % 4 ? ',N' : ''}`)}`,
    { to: 30, skipped: 'MM401' },
  ],
  ['tabs', `email\tname\tx\n${rows(20, (i) => `p${i}@ex.org\tN${i % 2 ? '\ty' : ''}`)}`, { to: 20 }],
  [
    'without a column that a setting uses',
    `email,name,key\n${rows(20, (i) => `p${i}@ex.org,N${i % 2 ? ',k' : ''}`)}`,
    { to: 10, skipped: 'MM401' },
    { settings: settings({ recipientKeyColumn: 'key' }) },
  ],
];

const MARKS: Case[] = [
  ['a nickname', 'email,name\nann@ex.org,Ann "A" Lee\nbo@ex.org,Bo\n', { to: 2, name: 'Ann "A" Lee' }],
  ['inches', 'email;name\nann@ex.org;27" iMac\n', { name: '27" iMac' }],
  ['tabs that quote nothing', 'email\tname\nann@ex.org\t"Ann\nbo@ex.org\tBo\n', { to: 2, name: '"Ann' }],
  ['a formula of a text', 'email,name\nann@ex.org,="007"\n', { name: '007' }],
  ['backslashes', 'email,name\nann@ex.org,"Ann \\"A\\" Lee, Jr"\nbo@ex.org,Bo\n', { to: 2, name: 'Ann "A" Lee, Jr' }],
  ['a word in marks', 'email,name\nann@ex.org,"Ann" Lee\n', { name: '"Ann" Lee' }],
  ['white space around them', '"email" ,"name" \n"ann@ex.org" , "Ann" \n', { to: 1, name: 'Ann' }],
];

const THREE = 'A,ann@ex.org\nB,bo@ex.org\nC,cy@ex.org\n';
const PREAMBLES: Case[] = [
  ['a title in German', `Mitgliederliste 2026\n\nName;E-Mail\n${THREE.replaceAll(',', ';')}`, { to: 3 }],
  ['comments', `# exported by x\n# 2026\nname,email\n${THREE}`, { to: 3 }],
  ['a quoted sep=', '"sep=;"\nemail;name\nann@ex.org;A\n', { to: 1 }],
  ['the name of a table', 'Table 1\t\nemail\tname\nann@ex.org\tA\n', { to: 1 }],
  ['a title with commas', `Report, May, 2026\nPrinted by,Ann\n\nname,email\n${THREE}`, { to: 3 }],
  ['lines of delimiters', ';;;\n;;;\nNom;E-mail;Ville;x\nA;ann@ex.org;b;\n', { to: 1 }],
  ['too many lines', `${rows(25, (i) => `line ${i}`)}name,email\n${THREE}`, { code: /MM301/ }],
];

const TAKEN_APART: Case[] = [
  ...[
    'MAILTO:ann@ex.org',
    'ann@ex.org,',
    'ann@ex.org;',
    'Ann<ann@ex.org>;',
    '<ann@ex.org>',
    '"""Lee, Ann"" <ann@ex.org>"',
  ],
  ...['ann@ex.org<mailto:ann@ex.org>', 'an\u200Bn@ex.org', 'ann@ex\u00AD.org', '\uFEFFann@ex.org'],
].map((cell) => besides(`one reading: ${cell}`, cell, { to: 2 }));

describe.each<[string, readonly Case[]]>([
  ['rows inside a cell', SWALLOWED],
  ['two addresses in a cell', TWO],
  ['encodings', ENCODINGS],
  ['addresses of strangers', STRANGERS],
  ['something before an address', JUNK],
  ['lists that say no', OPTED_OUT],
  ['cells that are spoilt', SPOILT],
  ['names of the address column', HEADERS],
  ['columns', COLUMNS],
  ['rows that end early', SHORT],
  ['quotation marks', MARKS],
  ['lines above the header', PREAMBLES],
  ['addresses that are taken apart', TAKEN_APART],
])('%s', (_, cases) => {
  test.each(cases.map((one) => [one[0], one] as const))('%s', (_what, one) => expectCase(one));
});
