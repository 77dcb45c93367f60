/** The rooms of docs/architecture.md: which may import which, and how large they are. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { FUNCTION_NAMES } from '../../src/private/contract';

const CONFIG = path.resolve('.dependency-cruiser.cjs');
const COMMAND = path.resolve('node_modules/.bin/depcruise');
const ROOTS = ['src', 'lambda-src', 'cli', 'local', 'bench', 'scripts', 'test'];

interface Cruised {
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
    readonly totalCruised: number;
  };
}

function cruise(cwd: string, roots: readonly string[]): Cruised['summary'] {
  const { stdout, stderr } = spawnSync(COMMAND, ['--config', CONFIG, '--output-type', 'json', ...roots], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (stderr) throw new Error(stderr);
  return (JSON.parse(stdout) as Cruised).summary;
}

test('no import crosses the rooms the wrong way, and none goes round in a circle', () => {
  const { violations, totalCruised } = cruise('.', ROOTS);
  expect(violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
  expect(totalCruised).toBeGreaterThan(500);
});

test('each function of the contract has a folder, and each folder is one', () => {
  expect(fs.readdirSync('lambda-src/functions').sort()).toEqual([...FUNCTION_NAMES].sort());
});

/** A small tree that breaks each rule of the configuration once. */
const BROKEN: { readonly [file: string]: string } = {
  'src/a.ts': "import type { B } from './b';\nexport type A = B;\n",
  'src/b.ts': "import type { A } from './a';\nexport type B = A;\n",
  'src/c.ts': "export { x } from '../lambda-src/domain/x';\n",
  'src/private/contract/a.ts': "export type { B } from '../../b';\n",
  'lambda-src/domain/x.ts': 'export const x = 1;\n',
  'lambda-src/domain/y.ts': "export { b } from '../functions/plan/b';\n",
  'lambda-src/aws/a.ts': "export { b } from '../functions/plan/b';\n",
  'lambda-src/functions/plan/b.ts': 'export const b = 1;\n',
  'lambda-src/functions/plan/handler.ts': 'export const handler = 1;\n',
  'lambda-src/functions/send/a.ts': "export { b } from '../plan/b';\n",
  'lambda-src/functions/send/b.ts': "export { b } from '../../aws/a';\n",
  'lambda-src/functions/send/c.ts': "export { d } from './d';\n",
  'lambda-src/functions/send/d.ts': "export { d } from '../../template-build/d';\n",
  'lambda-src/template-build/d.ts': "export { b as d } from '../aws/a';\n",
  'cli/a.ts': "export { handler } from '../lambda-src/functions/plan/handler';\n",
  'cli/b.ts': "export { t } from '../test/t';\n",
  'test/t.ts': 'export const t = 1;\n',
};

test('each rule finds what it forbids', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rooms-'));
  for (const [file, text] of Object.entries(BROKEN)) {
    fs.mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  }
  const found = cruise(folder, ['src', 'lambda-src', 'cli', 'test']).violations.map(({ rule }) => rule.name);
  fs.rmSync(folder, { recursive: true });
  const { forbidden } = require(CONFIG) as { forbidden: readonly { readonly name: string }[] };
  expect([...new Set(found)].sort()).toEqual(forbidden.map(({ name }) => name).sort());
});

/** Files of the repository by folder; what is generated or installed is none of them. */
function* folders(folder: string): Generator<[folder: string, files: string[]]> {
  const entries = fs.readdirSync(folder, { withFileTypes: true });
  yield [folder, entries.filter((entry) => entry.isFile()).map(({ name }) => path.join(folder, name))];
  for (const entry of entries) {
    if (!entry.isDirectory() || /^(node_modules|cdk\.out|assets|__pycache__|target|\..*)$/.test(entry.name)) continue;
    yield* folders(path.join(folder, entry.name));
  }
}

const FILES_A_FOLDER = 20;
/** A corpus, and a folder of records, have as many as there are. */
const MANY_FILES = ['test/fixtures/lists', 'docs/decisions'];

const LINES_A_FILE = 300;
const LINES_A_TEST = 500;
const LONG_FILES: { readonly [file: string]: string } = {
  'scripts/error-advice.ts': 'a table: one entry an error code',
  'cli/preview/page/style.css': 'a style sheet',
};

test(`no folder has more than ${FILES_A_FOLDER} files`, () => {
  const all = [...ROOTS, 'docs', 'examples'].flatMap((root) => [...folders(root)]);
  const large = all.filter(([, files]) => files.length > FILES_A_FOLDER).map(([folder]) => folder);
  expect(large).toEqual(MANY_FILES);
});

test(`no source file has more than ${LINES_A_FILE} lines, no test more than ${LINES_A_TEST}`, () => {
  const files = ROOTS.flatMap((root) => [...folders(root)].flatMap(([, names]) => names));
  const sources = files.filter((file) => /\.(ts|mjs|cjs|css|py)$/.test(file));
  const long = sources.filter((file) => {
    const most = file.endsWith('.test.ts') ? LINES_A_TEST : LINES_A_FILE;
    return fs.readFileSync(file, 'utf8').split('\n').length - 1 > most;
  });
  expect(long.sort()).toEqual(Object.keys(LONG_FILES).sort());
});
