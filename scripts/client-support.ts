// Writes the linter's table of CSS that email clients ignore, from the data of caniemail.com in the package caniemail.
import * as fs from 'node:fs';
import * as path from 'node:path';

const DATA = require.resolve('caniemail/caniemail.json');
export const TABLE = path.resolve(__dirname, '../lambda-src/template-build/lint/client-support.ts');

interface Feature {
  readonly title: string;
  readonly category: string;
  /** `y`, `a` (partly), `n` or `u` (unknown), perhaps with notes, by client, platform and version; the newest version is last. */
  readonly stats: {
    readonly [client: string]: { readonly [platform: string]: { readonly [version: string]: string } };
  };
}

/**
 * The platforms of each client, by the client's name in messages: the most used clients by
 * https://www.litmus.com/email-client-market-share. A client ignores a feature if all these platforms do.
 */
const CLIENTS: { readonly [name: string]: readonly (readonly [client: string, platform: string])[] } = {
  'Apple Mail': [
    ['apple-mail', 'ios'],
    ['apple-mail', 'macos'],
  ],
  Gmail: [
    ['gmail', 'desktop-webmail'],
    ['gmail', 'ios'],
    ['gmail', 'android'],
  ],
  'Outlook for Windows': [['outlook', 'windows']],
  'Outlook.com': [['outlook', 'outlook-com']],
};

/** Titles that name several properties without their full names. */
const NAMES: { readonly [title: string]: readonly string[] } = {
  'border-inline & border-block individual logical properties': [
    'border-block-end',
    'border-block-start',
    'border-inline-end',
    'border-inline-start',
  ],
  'border-inline & border-block longhand properties': [
    'border-block-color',
    'border-block-style',
    'border-block-width',
    'border-inline-color',
    'border-inline-style',
    'border-inline-width',
  ],
  'border-radius logical properties': [
    'border-end-end-radius',
    'border-end-start-radius',
    'border-start-end-radius',
    'border-start-start-radius',
  ],
  'css column properties': ['column-fill', 'column-rule', 'column-span', 'column-width', 'columns'],
  'grid-template-* properties': ['grid-template', 'grid-template-areas', 'grid-template-columns', 'grid-template-rows'],
  'CSS calc() function': ['calc()'],
  'CSS Variables (Custom Properties)': ['var()'],
  // An attribute, and keywords that are not properties.
  inert: [],
  'fit-content, min-content, max-content': [],
  'system-ui, ui-serif, ui-sans-serif, ui-rounded, ui-monospace': [],
};

const PROPERTY = /^-?[a-z]+(-[a-z]+)*$/;

/** Returns the properties (`float`), values (`display:flex`) and functions (`clamp()`) that a title names. */
function featuresIn(title: string): readonly string[] {
  const known = NAMES[title];
  if (known) return known;
  const names = title
    .replace(/ (CSS property|property|shorthand)$/, '')
    .split(/\s*(?:,|&)\s*/)
    .map((name) => name.trim().replace(/:\s*/, ':'));
  return names.every((name) => /^[a-z-]+(\(\)|:[a-z-]+)?$/.test(name) && PROPERTY.test(name.replace(/\(\)|:.*/, '')))
    ? names
    : [];
}

const ignores = ({ stats }: Feature, name: string): boolean =>
  CLIENTS[name]!.every(([client, platform]) =>
    Object.values(stats[client]?.[platform] ?? {})
      .at(-1)
      ?.startsWith('n'),
  );

export function clientSupportTable(): string {
  const { data, last_update_date } = JSON.parse(fs.readFileSync(DATA, 'utf8')) as {
    readonly data: readonly Feature[];
    readonly last_update_date: string;
  };
  const rows = new Map<string, string>();
  for (const feature of data.filter(({ category }) => category === 'css')) {
    const clients = Object.keys(CLIENTS).filter((name) => ignores(feature, name));
    if (clients.length === 0) continue;
    for (const name of featuresIn(feature.title)) rows.set(name, clients.join(', '));
  }
  const key = (name: string) => (/^[a-z]+$/.test(name) ? name : `'${name}'`);
  const lines = [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, clients]) => `  ${key(name)}: '${clients}',`);
  return `/**
 * CSS properties, values and functions, and the email clients that ignore them, by caniemail.com's data of
 * ${last_update_date.slice(0, 10)} in the package caniemail. Written by \`npx projen client-support\`.
 */
export const IGNORED_BY: { readonly [feature: string]: string } = {
${lines.join('\n')}
};
`;
}

if (require.main === module) fs.writeFileSync(TABLE, clientSupportTable());
