// At a release: keeps the present surface, with which jsii-diff compares what comes after it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const folder = path.join('test', 'package', 'golden', 'baseline');
const assembly = JSON.parse(readFileSync('.jsii', 'utf8'));
// What is no part of the surface and long: the documentation of this and of every dependency.
delete assembly.readme;
const dependencyClosure = Object.fromEntries(
  Object.entries(assembly.dependencyClosure).map(([name, { targets }]) => [name, { targets }]),
);
mkdirSync(folder, { recursive: true });
writeFileSync(
  path.join(folder, '.jsii'),
  `${JSON.stringify({ schema: 'jsii/file-redirect', compression: 'gzip', filename: 'assembly.json.gz' })}\n`,
);
writeFileSync(path.join(folder, 'assembly.json.gz'), gzipSync(JSON.stringify({ ...assembly, dependencyClosure })));
const { name, version, main, types, jsii, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const manifest = { name, version, main, types, jsii, peerDependencies };
writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
