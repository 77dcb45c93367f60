import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { FUNCTION_NAMES } from '../../src/private/contract';

interface Packed {
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: { readonly path: string; readonly size: number }[];
}

const MEGABYTE = 1_000_000;
const ALLOWED = [
  /^(package\.json|README\.md|LICENSE|NOTICE|API\.md|\.jsii|\.jsii\.tabl\.json\.gz)$/,
  /^lib\/[a-z0-9-/]+\.(js|d\.ts)$/,
  new RegExp(`^assets/(${[...FUNCTION_NAMES, 'cli'].join('|')})/index\\.js$`),
  /^assets\/cli\/preview\/(index\.html|style\.css|page\.js)$/,
  /^assets\/plan\/build\.js$/,
  /^assets\/THIRD-PARTY-LICENSES\.txt$/,
  /^assets\/sbom\.cdx\.json$/,
  /^docs\/[a-z0-9-/]+\.md$/,
];

const [packed] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }),
) as Packed[];

test('the tarball holds what is allowed and nothing else', () => {
  const surplus = packed.files.map((f) => f.path).filter((path) => !ALLOWED.some((allowed) => allowed.test(path)));
  expect(surplus).toEqual([]);
});

test('every handler, its licences and the assembly are in it', () => {
  const paths = new Set(packed.files.map((f) => f.path));
  for (const path of [
    ...[...FUNCTION_NAMES, 'cli'].map((functionName) => `assets/${functionName}/index.js`),
    'assets/plan/build.js',
    'assets/THIRD-PARTY-LICENSES.txt',
    'assets/sbom.cdx.json',
    'lib/index.js',
    '.jsii',
    '.jsii.tabl.json.gz',
    'LICENSE',
  ]) {
    expect([path, paths.has(path)]).toEqual([path, true]);
  }
});

/** Plan, Register and the command read lists: workbooks with their number formats, and the table of top-level domains. */
const LARGER: { readonly [folder: string]: number } = { plan: 1.3, register: 1.3, cli: 2.2 };

test('it is under 3.7 MB, every handler under 1 MB, those that read lists under 1.3 MB, the command under 2.2 MB', () => {
  expect(packed.size).toBeLessThan(3.7 * MEGABYTE);
  const handlers = packed.files.filter((f) => /^assets\/.*\/index\.js$/.test(f.path));
  const limit = (path: string) => (LARGER[path.split('/')[1]!] ?? 1) * MEGABYTE;
  expect(handlers.filter((f) => f.size >= limit(f.path))).toEqual([]);
});

test('nothing is bundled as a dependency: the peers are all there is', () => {
  const pkg = JSON.parse(fs.readFileSync('package.json', 'utf8')) as Record<string, unknown>;
  expect(pkg.bundledDependencies ?? pkg.bundleDependencies ?? []).toEqual([]);
  expect(pkg.dependencies ?? {}).toEqual({});
  expect(Object.keys(pkg.peerDependencies as object).sort()).toEqual(['aws-cdk-lib', 'constructs']);
});

test('what is bundled has licences that may be passed on', () => {
  const sbom = JSON.parse(fs.readFileSync('assets/sbom.cdx.json', 'utf8')) as {
    components: { name: string; version: string; licenses: { license: { id: string } }[] }[];
  };
  expect(sbom.components.length).toBeGreaterThan(10);
  const allowed = new Set([
    'Apache-2.0',
    'MIT',
    'MIT-0',
    'ISC',
    'BSD-2-Clause',
    'BSD-3-Clause',
    '0BSD',
    'BlueOak-1.0.0',
    // Public domain.
    'Unlicense',
  ]);
  const other = sbom.components.filter((c) => !c.licenses.every(({ license }) => allowed.has(license.id)));
  expect(other.map((c) => `${c.name}@${c.version}`)).toEqual([]);
  const notices = fs.readFileSync('assets/THIRD-PARTY-LICENSES.txt', 'utf8');
  for (const { name, version } of sbom.components) expect(notices).toContain(`${name}@${version}`);
  expect(notices).not.toContain('(no licence file in the package)');
});
