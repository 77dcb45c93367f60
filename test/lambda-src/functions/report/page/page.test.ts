import { parseDocument } from 'htmlparser2';
import { reportPage } from '../../../../../lambda-src/functions/report/page/page';
import type { Summary } from '../../../../../lambda-src/functions/report/summary';
import { manyPeople, type Person, reportedRun } from '../../../../support/reported-run';

type Node = ReturnType<typeof parseDocument>['children'][number];
interface Element {
  readonly name: string;
  readonly attribs: { readonly [name: string]: string };
  readonly children: Node[];
}
const isElement = (node: Node): node is Node & Element => 'attribs' in node;
const elements = (nodes: Node[]): Element[] =>
  nodes.flatMap((node) => (isElement(node) ? [node, ...elements(node.children)] : []));
const words = (node: Node): string =>
  'data' in node ? String(node.data) : 'children' in node ? (node.children as Node[]).map(words).join('') : '';
/** Rows of all tables: their cells. */
const rowsOf = (html: string): string[][] =>
  elements(parseDocument(html).children)
    .filter(({ name }) => name === 'tr')
    .map((row) => row.children.filter(isElement).map((cell) => words(cell as unknown as Node).trim()));
const row = (html: string, first: string): string[] | undefined => rowsOf(html).find(([name]) => name === first);

const mailed = (to: string, ...happens: NonNullable<Person['happens']>): Person => ({ to, happens });
const hostile = '<img src=//evil.example/x onerror=alert(1)>';

test('what the page says are the summary’s numbers', async () => {
  const { html, summary } = await reportedRun(manyPeople(1000), {
    skipped: [{}, {}, { outcome: 'duplicate', code: 'MM420', reason: 'an earlier row is for the same recipient' }],
  });
  const { counts, tracking, rows } = summary;
  const { delivered, opened, clicked, bounced } = tracking!.counts;
  const said = (count: number | undefined) => count!.toLocaleString('en-US');
  expect(row(html, 'Rows of the list')![1]).toBe(said(rows));
  expect(row(html, 'Valid')![1]).toBe('1,000');
  expect(row(html, 'Delivered')![1]).toBe(said(delivered));
  expect(row(html, 'Opened')![1]).toBe(said(opened));
  expect(row(html, 'Clicked')![1]).toBe(said(clicked));
  expect(row(html, 'Opted out')![1]).toBe(said(counts!.suppressed));
  expect(row(html, 'the address is not valid')).toEqual(['the address is not valid', '2', '', 'MM404']);
  expect(row(html, 'an earlier row is for the same recipient')![1]).toBe('1');
  expect(row(html, 'there is no such mailbox')!.slice(1, 4)).toEqual(['Bounced for good', '5.1.1', said(bounced)]);
  expect(Math.min(delivered!, opened!, clicked!, bounced!, counts!.suppressed)).toBeGreaterThan(0);
  // Every message is in one line of each breakdown.
  const { domains, bounces, sending, events } = tracking!;
  const sum = (of: readonly number[]) => of.reduce((a, b) => a + b, 0);
  expect(sum([...domains!.top.map((one) => one.counts.messages), domains!.others.messages])).toBe(counts!.sent);
  expect(sum([...bounces!.top.map(({ messages }) => messages), bounces!.others])).toBe(
    bounced! + tracking!.counts.soft_bounced! + tracking!.counts.blocked! + tracking!.counts.suppressed_by_ses!,
  );
  expect(sum(sending!.counts.sent!)).toBe(counts!.sent);
  for (const [fact, over] of Object.entries(events!.counts))
    expect([fact, sum(over)]).toEqual([fact, tracking!.counts[fact]]);
});

test('it names no recipient, and no domain that might be one person’s', async () => {
  const { html } = await reportedRun(manyPeople(1000));
  expect(html).not.toMatch(/person-\d/);
  expect(row(html, 'gmail.com')).toBeDefined();
  expect(Number(row(html, 'All others')![1])).toBeGreaterThan(20);
});

test('what lists, names and receiving servers say is text and never markup', async () => {
  const bounce = { diagnosticCode: `smtp; 550 5.7.1 ${hostile}</table><script>alert(2)</script>` };
  const people = Array.from({ length: 9 }, (_, at) => mailed(`p${at}@example.org`, ['hard-bounce', 1, bounce]));
  const refused: Person[] = [{ to: 'q@example.org', outcome: 'refused', reason: `${hostile} to q@example.org` }];
  const { html } = await reportedRun([...people, ...refused], {
    more: {
      campaign: `mailer/${hostile}`,
      list: { bucket: 'lists', key: `campaigns/${hostile}.csv`, etag: 'e', size: 1 },
    },
  });
  const all = elements(parseDocument(html).children);
  expect(all.filter(({ name }) => ['img', 'script', 'iframe', 'object', 'link'].includes(name))).toEqual([]);
  expect(all.flatMap(({ attribs }) => Object.keys(attribs)).filter((name) => name.startsWith('on'))).toEqual([]);
  // It is there to read.
  expect(row(html, `smtp; 550 5.7.1 ${hostile}</table><script>alert(2)</script>`)![1]).toBe('9');
  expect(html).not.toContain('q@example.org');
});

test('it loads nothing, and its own policy would let it load nothing', async () => {
  const { html } = await reportedRun(manyPeople(300));
  const all = elements(parseDocument(html).children);
  const policy = all.find(({ attribs }) => attribs['http-equiv'] === 'Content-Security-Policy')!.attribs.content!;
  expect(policy).toMatch(
    /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; base-uri 'none'; form-action 'none'$/,
  );
  const loading = ['src', 'href', 'srcset', 'data', 'action', 'poster', 'xlink:href', 'style', 'background'];
  expect(all.filter(({ attribs }) => loading.some((name) => name in attribs))).toEqual([]);
  expect(html).not.toMatch(/url\(|@import|@font-face|https?:/);
});

test('words of a server are shown only where many got them, and without addresses', async () => {
  const people = Array.from({ length: 8 }, (_, at) => {
    const diagnosticCode =
      at < 6 ? `smtp; 550 blocked p${at}@example.org ref 12345678${at}` : `smtp; 550 who is jane${at}`;
    return mailed(`p${at}@example.org`, ['hard-bounce', 1, { diagnosticCode }]);
  });
  const { summary, html } = await reportedRun(people);
  expect(summary.tracking!.words).toEqual([{ said: 'smtp; 550 blocked … ref …', messages: 6 }]);
  expect(html).not.toContain('jane');
});

test('opens and clicks are not spoken of where they are not learnt of', async () => {
  const { summary } = await reportedRun([mailed('a@example.org', ['delivery', 1])]);
  const html = reportPage({ ...summary, tracking: { ...summary.tracking!, opens: undefined, clicks: undefined } }, []);
  expect(row(html, 'Delivered')).toBeDefined();
  expect([row(html, 'Opened'), row(html, 'Clicked')]).toEqual([undefined, undefined]);
});

test('a run stands beside earlier ones of its campaign', async () => {
  const first = await reportedRun(manyPeople(400));
  const { html } = await reportedRun(manyPeople(40), { earlier: [first.summary] });
  expect(row(html, 'Run 1')![3]).toBe(first.summary.counts!.sent.toString());
  expect(row(html, 'Run 2, this one')![3]).toBe('37');
});

const head: Summary = {
  v: 1,
  campaign: 'mailer/may',
  run: 1,
  status: 'rejected',
  list: { bucket: 'lists', key: 'campaigns/may.csv', etag: 'e', size: 1 },
  startedAt: '2026-11-25T01:00:00.000Z',
  endedAt: '2026-11-25T01:10:00.000Z',
  files: [],
};

test.each([
  [
    'rejected',
    { rejection: { code: 'MM301', message: 'The list has no column for the address.' } },
    /MM301: The list has no/,
  ],
  ['failed', { failure: { error: 'States.Timeout' } }, /It broke: States\.Timeout/],
  [
    'draft',
    { rows: 10, planned: { recipients: 9, invalid: 1, duplicate: 0, invalidByCode: { MM404: 1 } } },
    /would reach up to 9 of 10 rows[\s\S]*the address is not valid/,
  ],
] as const)('a page of a run that was %s says why', (status, more, says) => {
  expect(reportPage({ ...head, status, ...more } as Summary, [])).toMatch(says);
});
