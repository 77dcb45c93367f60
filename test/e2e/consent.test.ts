import { simpleParser } from 'mailparser';
import { rawMail, readInbox } from '../../local/inbox';
import { follow, oneClick } from '../../local/links';
import { waitFor } from '../../local/wait';
import { addresses, campaigns, counts, mailsOf, recipients, ses, summary } from './support/deployed';
import { linkOf, mailRules, type Received } from './support/mail-rules';

const { emulator, inbox } = addresses;
const SIZE = 200;
const people = Array.from({ length: SIZE }, (_, n) => `consent${String(n).padStart(3, '0')}@example.org`);
const listOf = (of: readonly string[]) =>
  `email,first name,city,note\n${of.map((email) => `${email},Zoë ${email.slice(7, 10)},,\n`).join('')}`;
const links = new Map<string, string>();

beforeAll(() => ses.account({ maxPerSecond: 200 }));

test('a mail of a default mailer is as the mailbox providers want bulk mail', async () => {
  const before = (await readInbox(inbox)).length;
  const { mails } = await mailsOf(() => campaigns.run('consent-first.csv', listOf(people)));
  expect(recipients(mails)).toEqual(people);
  const received: Received[] = [];
  for (const mail of (await readInbox(inbox)).slice(before)) {
    const raw = await rawMail(inbox, mail);
    received.push({ raw, parsed: await simpleParser(raw) });
  }
  expect(received).toHaveLength(SIZE);
  const broken = mailRules('example.com').flatMap(({ rule, wrong }) =>
    received.filter((mail) => wrong(mail)).map(({ parsed }) => `${rule}: ${parsed.messageId}`),
  );
  expect(broken).toEqual([]);
  for (const mail of received) links.set([mail.parsed.to].flat()[0]!.value[0].address!, linkOf(mail));
  expect(new Set(links.values()).size).toBe(SIZE);
});

test('looking at the link changes nothing, nor do links that are forged, cut or of somebody else', async () => {
  const link = links.get(people[0])!;
  const page = await follow(emulator, link);
  expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
  expect(page.body).toContain('Do you want to stop getting mail from Example News?');
  const choose = await follow(emulator, link.replace('/u/', '/p/'));
  expect(choose.body).toMatch(/value="general"[^>]* checked/);
  const [id, sealed] = link.split('/').at(-1)!.split('.') as [string, string];
  const other = links.get(people[1])!.split('.').at(-1)!;
  const wrong = [
    link.slice(0, -1),
    `${link}x`,
    link.replace(sealed, other.slice(0, 30) + sealed.slice(30)),
    link.replace(`${id}.`, 'k2.'),
    link.replace(sealed, 'A'.repeat(sealed.length)),
  ];
  const answers = [];
  for (const url of wrong) answers.push(await oneClick(emulator, url));
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  const { mails } = await mailsOf(() => campaigns.run('consent-looked.csv', listOf(people.slice(0, 3))));
  expect(recipients(mails)).toEqual(people.slice(0, 3));
});

test('one click between two campaigns: who left gets no mail of the next, under any spelling, and the report says so', async () => {
  const leaving = people.slice(0, 2);
  for (const email of leaving) expect((await oneClick(emulator, links.get(email)!)).status).toBe(200);
  const list = listOf([leaving[0].toUpperCase(), leaving[1], people[2]]);
  const { result, mails } = await mailsOf(() => campaigns.run('consent-second.csv', list));
  expect(recipients(mails)).toEqual([people[2]]);
  expect((await summary(result)).counts).toEqual(counts({ sent: 1, suppressed: 2 }));
  expect(await campaigns.report(result, 'results.csv')).toContain('suppressed,opted out by one click');
  await expect(campaigns.report(result, 'retry.csv')).rejects.toThrow(/no retry.csv/);
  const choose = await follow(emulator, links.get(leaving[0])!.replace('/u/', '/p/'));
  expect(choose.body).not.toMatch(/value="general"[^>]* checked/);
});

test('one click during a campaign: whoever leaves in its first half is not mailed in the second', async () => {
  await ses.account({ maxPerSecond: 10 });
  const running = people.slice(10);
  const since = (await ses.count()).requests;
  const arn = await campaigns.upload('consent-during.csv', listOf(running));
  const accepted = () => ses.accepted(since);
  await waitFor('the first mails', 60, async () => (await accepted()).length >= 10 || undefined);
  const mailed = new Set((await accepted()).flatMap(({ to }) => to));
  const leaving = running.filter((email) => !mailed.has(email)).slice(-100);
  const leftAt = new Map<string, number>();
  for (const email of leaving) {
    const { status } = await oneClick(emulator, links.get(email)!);
    if (status === 200) leftAt.set(email, Date.now());
  }
  expect(leftAt.size).toBe(100);
  const result = await campaigns.ended(arn);
  await ses.account({ maxPerSecond: 200 });

  const late = (await accepted()).filter(
    ({ to: [to], at }) => at > (leftAt.get(to) ?? Number.POSITIVE_INFINITY) + 10_000,
  );
  expect(late).toEqual([]);
  const sent = (await accepted()).length;
  expect(sent).toBeLessThan(running.length - 50);
  expect((await summary(result)).counts).toEqual(counts({ sent, suppressed: running.length - sent }));
});
