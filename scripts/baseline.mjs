// At a release: keeps the present surface, with which jsii-diff compares what comes after it.
import { readFileSync, writeFileSync } from 'node:fs';

const assembly = JSON.parse(readFileSync('.jsii', 'utf8'));
// Long, and no part of the surface.
delete assembly.readme;
assembly.dependencyClosure = Object.fromEntries(
  Object.entries(assembly.dependencyClosure).map(([name, { targets }]) => [name, { targets }]),
);
writeFileSync('test/package/golden/surface.json', `${JSON.stringify(assembly, undefined, 1)}\n`);
