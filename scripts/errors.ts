// Writes docs/errors.md: every code in the source, its meaning, and what to do.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { BY_LIST, DUPLICATE, LIST_REJECTIONS, ROW_ERRORS } from '../lambda-src/domain/list/rejections';
import { PAGE_ERRORS } from '../lambda-src/domain/pages/page-check';
import { TEMPLATE_ERRORS, TEMPLATE_WARNINGS } from '../lambda-src/domain/template/template-errors';
import { SYNTH_ERRORS } from '../src/private/errors';
import { ADVICE } from './error-advice';

const ROOT = path.resolve(__dirname, '..');
const SOURCES = ['src', 'lambda-src', 'cli', 'local', 'bench', 'scripts'];
export const PAGE = path.join(ROOT, 'docs', 'errors.md');

const SECTIONS = [
  { digits: '12', title: 'Synth', intro: 'The app does not synthesise. Nothing was deployed.' },
  { digits: '3', title: 'A list is rejected', intro: 'Nobody was mailed. The alert and `summary.json` say why.' },
  {
    digits: '4',
    title: 'A row is left out',
    intro: 'The others are mailed. `invalid.csv` has the row with its line and reason.',
  },
  { digits: '56', title: 'A run', intro: 'The alert, `summary.json` and the functions’ log say so.' },
  { digits: '7', title: 'The command', intro: '`cdk-mailmatrix` ends with 2 and prints it.' },
  { digits: '9', title: 'Running locally', intro: 'Of `npm run demo`, `npm test` and the scripts behind them.' },
] as const;

/** Splits a text, without its values: the first sentence is the meaning, the rest is what to do. */
function refusal(say: (...about: never[]) => string): { means: string; todo?: string } {
  // An array fits both a list of names and, when printed, a text.
  const blanks = Array.from({ length: say.length || 1 }, () => ['…']);
  const text = (say as (...about: unknown[]) => string)(...blanks).replaceAll('["…"]', '"…"');
  const [, means, todo] = /^(.*?)\. (.*)$/.exec(text) ?? [];
  return means === undefined ? { means: `${text}.` } : { means: `${means}.`, todo };
}

const fail = (what: string): never => {
  throw new Error(`MM930: ${what}`);
};

function described(): Map<string, { means: string; todo: string }> {
  const tables: [string, { means: string; todo?: string }][] = [
    ...[SYNTH_ERRORS, TEMPLATE_ERRORS, TEMPLATE_WARNINGS, PAGE_ERRORS].flatMap((table) =>
      Object.entries(table).map(([code, means]): [string, { means: string }] => [code, { means }]),
    ),
    ...Object.entries(LIST_REJECTIONS).map(([code, say]): [string, { means: string; todo?: string }] => [
      code,
      refusal(say),
    ]),
    ...Object.entries(ROW_ERRORS).map(([code, means]): [string, { means: string }] => [
      code,
      { means: sentence(means) },
    ]),
    [BY_LIST.code, { means: 'The list itself says that the recipient wants no email: the row is suppressed.' }],
    [DUPLICATE.code, { means: sentence(DUPLICATE.reason) }],
    ...Object.entries(ADVICE).flatMap(([code, { means }]): [string, { means: string }][] =>
      means ? [[code, { means }]] : [],
    ),
  ];
  const all = new Map<string, { means: string; todo: string }>();
  for (const [code, { means, todo }] of tables) {
    const before = all.get(code);
    if (before && before.means !== means) fail(`${code} is described as "${before.means}" and as "${means}"`);
    all.set(code, { means, todo: ADVICE[code]?.todo ?? todo ?? fail(`${code} does not say what to do`) });
  }
  return all;
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** Returns every code in the source. */
function used(): Set<string> {
  const files = SOURCES.filter((folder) => fs.existsSync(path.join(ROOT, folder))).flatMap((folder) =>
    fs
      .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|mjs)$/.test(name) && path.basename(name) !== 'error-advice.ts')
      .map((name) => path.join(ROOT, folder, name)),
  );
  return new Set(files.flatMap((file) => fs.readFileSync(file, 'utf8').match(/\bMM\d{3}\b/g) ?? []));
}

export function errorsPage(): string {
  const all = described();
  const codes = used();
  for (const code of codes) if (!all.has(code)) fail(`${code} is used and not described`);
  for (const code of [...all.keys(), ...Object.keys(ADVICE)])
    if (!codes.has(code)) fail(`${code} is described and not used`);
  for (const code of codes)
    if (!SECTIONS.some(({ digits }) => digits.includes(code.charAt(2)))) fail(`${code} has no section of the page`);
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const sections = SECTIONS.map(({ digits, title, intro }) => {
    const rows = [...all]
      .filter(([code]) => digits.includes(code.charAt(2)))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, { means, todo }]) => `| ${code} | ${cell(means)} | ${cell(todo)}${/[.)]$/.test(todo) ? '' : '.'} |`);
    return `## ${title}\n\n${intro}\n\n| code | what it means | what to do |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  return `# Errors\n\nA code does not change its meaning. This page is made from the source by \`npx projen errors\`.\n\n${sections.join('\n')}`;
}

if (require.main === module) fs.writeFileSync(PAGE, errorsPage());
