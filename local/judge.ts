import type { Person } from './list';

/** An email from any source. */
export interface JudgedMail {
  readonly to: readonly string[];
  readonly subject?: string;
  readonly html?: string;
  readonly text?: string;
}

/** Returns the faults of `welcome` emails, given the people who must each get one. An empty array means no fault. */
export function judge(people: readonly Person[], mails: readonly JudgedMail[]): string[] {
  const expected = new Map(people.map((person) => [person.to, person]));
  const got = new Map<string, number>();
  const problems: string[] = [];
  for (const mail of mails) {
    const to = mail.to.join(', ');
    got.set(to, (got.get(to) ?? 0) + 1);
    const person = expected.get(to);
    if (person) problems.push(...wrongContent(person, mail).map((what) => `${to}: ${what}`));
    else problems.push(`${to}: must not get a mail`);
  }
  for (const to of expected.keys()) {
    const count = got.get(to) ?? 0;
    if (count !== 1) problems.push(`${to}: got ${count} mails`);
  }
  return problems;
}

function wrongContent({ firstName, city, note }: Person, { subject, html = '', text = '' }: JudgedMail): string[] {
  const wrong: string[] = [];
  if (subject !== `Welcome, ${firstName}`) wrong.push(`the subject is ${JSON.stringify(subject)}`);
  const must = [`Hello ${firstName},`, city === '' ? 'good to have you with us.' : `with us in ${city}.`, note];
  for (const words of must) {
    if (!text.includes(words)) wrong.push(`the text does not say ${JSON.stringify(words)}`);
    if (!unescapeHtml(html).includes(words)) wrong.push(`the HTML does not say ${JSON.stringify(words)}`);
  }
  for (const value of [firstName, city, note]) {
    if (/[<>"]/.test(value) && html.includes(value) && value.length > 1)
      wrong.push(`the HTML has ${JSON.stringify(value)} unescaped`);
  }
  return wrong;
}

const NAMED: { readonly [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescapeHtml = (html: string): string =>
  html.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal) return String.fromCodePoint(Number(decimal));
    return NAMED[name] ?? whole;
  });
