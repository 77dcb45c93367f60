// Bundles the handlers, and the parts of them that synth uses, into assets/, with the licenses of all bundled packages.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const FUNCTIONS = readdirSync('lambda-src/functions');
rmSync('assets', { recursive: true, force: true });

const common = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  // The SDK's ES modules tree-shake to two thirds of the size of its CommonJS build.
  mainFields: ['module', 'main'],
  minify: true,
  keepNames: true,
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
};

const packages = new Map();
const NO_TEXT = '(no licence file in the package)';
/** Packages that name their license without including its text. */
const WITHOUT_FILE = {
  'Apache-2.0': 'Its text is that of the file LICENSE of cdk-mailmatrix.',
  'MIT-0': 'MIT No Attribution, which may be passed on without its text.',
  ISC:
    'Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted, ' +
    'provided that the above copyright notice and this permission notice appear in all copies. THE SOFTWARE IS PROVIDED "AS IS" ' +
    'AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY ' +
    'AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY ' +
    'DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER ' +
    'TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.',
};
function collect(metafile) {
  for (const input of Object.keys(metafile.inputs)) {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (!found) continue;
    const pkg = JSON.parse(readFileSync(path.join(found[1], 'package.json'), 'utf8'));
    packages.set(`${pkg.name}@${pkg.version}`, { dir: found[1], pkg });
  }
}

for (const name of FUNCTIONS) {
  const { metafile } = await build({
    ...common,
    entryPoints: { index: `lambda-src/functions/${name}/handler.ts` },
    outdir: `assets/${name}`,
    external: ['./build.js'],
  });
  collect(metafile);
}
// Builds templates: at synth in the user's Node version, and in Plan for templates in a bucket. It is in Plan's folder,
// because a Lambda function loads only its own folder, but in a separate file, which other plans do not load.
const building = await build({
  ...common,
  target: 'node22.12',
  entryPoints: { build: 'lambda-src/synth.ts' },
  outdir: 'assets/plan',
});
collect(building.metafile);

// The command runs in the user's Node version.
const cli = await build({
  ...common,
  target: 'node22.12',
  entryPoints: { index: 'cli/main.ts' },
  outdir: 'assets/cli',
  banner: { js: '#!/usr/bin/env node' },
});
collect(cli.metafile);
// npm sets the executable bit itself; the command from pip starts the file directly.
chmodSync('assets/cli/index.js', 0o755);

// The preview's page runs in the user's browser.
const page = await build({
  ...common,
  platform: 'browser',
  target: 'es2022',
  format: 'esm',
  entryPoints: { page: 'cli/preview/page/page.ts' },
  outdir: 'assets/cli/preview',
});
collect(page.metafile);
for (const file of ['index.html', 'style.css']) copyFileSync(`cli/preview/page/${file}`, `assets/cli/preview/${file}`);

// The linter's table of CSS support is made of this package's data.
const caniemail = path.join('node_modules', 'caniemail');
const data = JSON.parse(readFileSync(path.join(caniemail, 'package.json'), 'utf8'));
packages.set(`${data.name}@${data.version}`, { dir: caniemail, pkg: data });

/** Packages by license text: the Apache license would otherwise be repeated a hundred times. */
const notices = new Map();
for (const [id, { dir, pkg }] of [...packages.entries()].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license', 'LICENCE', 'LICENSE-MIT.txt', 'LICENSE-MIT'].find(
    (f) => existsSync(path.join(dir, f)),
  );
  const author = pkg.author?.name ?? pkg.author;
  const copyright = author ? `Copyright (c) ${author}\n\n` : '';
  const known = WITHOUT_FILE[pkg.license];
  const text = file ? readFileSync(path.join(dir, file), 'utf8').trim() : known ? copyright + known : NO_TEXT;
  const notice = `Licence: ${pkg.license ?? 'unknown'}\n\n${text}\n`;
  notices.set(notice, [...(notices.get(notice) ?? []), id]);
}
const sbom = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  components: [...packages.values()]
    .map(({ pkg }) => ({
      type: 'library',
      name: pkg.name,
      version: pkg.version,
      purl: `pkg:npm/${pkg.name.replace('@', '%40')}@${pkg.version}`,
      licenses: [{ license: { id: pkg.license ?? 'unknown' } }],
    }))
    .sort((a, b) => (a.purl < b.purl ? -1 : 1)),
};
mkdirSync('assets', { recursive: true });
writeFileSync('assets/sbom.cdx.json', `${JSON.stringify(sbom, null, 2)}\n`);
writeFileSync(
  'assets/THIRD-PARTY-LICENSES.txt',
  `The files in this folder contain the following packages.\n\n${[...notices].map(([notice, ids]) => `${ids.join('\n')}\n${notice}`).join(`\n${'-'.repeat(80)}\n\n`)}`,
);
