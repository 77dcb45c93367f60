import type { HeaderLines, ParsedMail } from 'mailparser';

/** A mail as it was received, by a MIME library, beside its bytes. */
export interface Received {
  readonly raw: Buffer;
  readonly parsed: ParsedMail;
}

/** What Gmail, Yahoo and Microsoft ask of bulk mail, as far as a mail itself shows it. docs/consent.md names each. */
export interface MailRule {
  readonly rule: string;
  /** What is wrong, if something is. */
  readonly wrong: (mail: Received) => unknown;
}

const lines = ({ parsed }: Received): HeaderLines => parsed.headerLines;
const named = (mail: Received, name: string): string[] =>
  lines(mail)
    .filter(({ key }) => key === name)
    .map(({ line }) => line.replace(/^[^:]+:\s*/, '').replace(/\r?\n\s+/g, ' '));
const value = (mail: Received, name: string): string => named(mail, name)[0] ?? '';

export const linkOf = (mail: Received): string => /<(https:[^>]*)>/.exec(value(mail, 'list-unsubscribe'))?.[1] ?? '';

export function mailRules(domain: string): readonly MailRule[] {
  return [
    {
      rule: 'one From address, in the domain that SES has verified and signs for',
      wrong: ({ parsed }) => {
        const from = parsed.from?.value ?? [];
        return from.length !== 1 || !from[0].address?.endsWith(`@${domain}`);
      },
    },
    {
      rule: 'one recipient, and no other in sight',
      wrong: ({ parsed }) =>
        [parsed.to].flat().flatMap((to) => to?.value ?? []).length !== 1 ||
        parsed.cc !== undefined ||
        parsed.bcc !== undefined,
    },
    { rule: 'a subject on one line', wrong: ({ parsed }) => !parsed.subject || /[\r\n]/.test(parsed.subject) },
    { rule: 'a message id and a date', wrong: ({ parsed }) => !parsed.messageId || !parsed.date },
    {
      rule: 'no header comes twice',
      wrong: (mail) => {
        const keys = lines(mail).map(({ key }) => key);
        return keys.length !== new Set(keys).size;
      },
    },
    {
      rule: 'List-Unsubscribe is one https link, and perhaps a mailbox after it',
      wrong: (mail) => !/^<https:\/\/[^\s<>]+>(, <mailto:[^\s<>]+>)?$/.test(value(mail, 'list-unsubscribe')),
    },
    {
      rule: 'List-Unsubscribe-Post says one click, and stands after it',
      wrong: (mail) => {
        const keys = lines(mail).map(({ key }) => key);
        const [first, second] = ['list-unsubscribe', 'list-unsubscribe-post'].map((key) => keys.indexOf(key));
        return value(mail, 'list-unsubscribe-post') !== 'List-Unsubscribe=One-Click' || first < 0 || second < first;
      },
    },
    {
      rule: 'headers of ours are printable ASCII and short enough for SES',
      wrong: (mail) =>
        ['list-unsubscribe', 'list-unsubscribe-post'].some((name) => {
          const text = value(mail, name);
          return !/^[ -~]{1,995}$/.test(text) || name.length + text.length > 996;
        }),
    },
    {
      rule: 'no line longer than 998 characters',
      wrong: ({ raw }) =>
        raw
          .toString('latin1')
          .split('\r\n')
          .some((line) => line.length > 998),
    },
    { rule: 'the link names no address', wrong: (mail) => /@|%40/.test(linkOf(mail)) },
    { rule: 'an HTML and a text part', wrong: ({ parsed }) => !parsed.html || !parsed.text },
    {
      rule: 'every part says that it is UTF-8',
      wrong: ({ raw }) => {
        const types = raw.toString('latin1').match(/^content-type: text\/[^\r]*(\r\n\s+[^\r]*)*/gim) ?? [];
        return types.length !== 2 || !types.every((type) => /charset=utf-8/i.test(type));
      },
    },
    {
      rule: 'the link can be seen in both parts',
      wrong: (mail) => {
        const token = linkOf(mail).split('/').at(-1)!;
        return token === '' || !String(mail.parsed.html).includes(token) || !mail.parsed.text?.includes(token);
      },
    },
    { rule: 'below the 102 KB that Gmail shows', wrong: ({ raw }) => raw.length > 102 * 1024 },
    { rule: 'nothing attached', wrong: ({ parsed }) => parsed.attachments.length > 0 },
  ];
}
