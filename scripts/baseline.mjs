// At a release, stores the current API, with which jsii-diff compares later versions.
import { readFileSync, writeFileSync } from 'node:fs';

const assembly = JSON.parse(readFileSync('.jsii', 'utf8'));
// The README is long and not part of the API.
delete assembly.readme;
assembly.dependencyClosure = Object.fromEntries(
  Object.entries(assembly.dependencyClosure).map(([name, { targets }]) => [name, { targets }]),
);
writeFileSync('test/package/golden/surface.json', `${JSON.stringify(assembly, undefined, 1)}\n`);
