import { isBelowNodeFloor, NODE_FLOOR } from '../src/private/contract/node-floor';

// Imported before everything else: what follows may use what an older Node.js does not have.
if (isBelowNodeFloor(process.versions.node)) {
  process.stderr.write(
    `MM720: cdk-mailmatrix needs Node.js ${NODE_FLOOR} or later, got ${process.versions.node}. Install a newer Node.js: https://nodejs.org\n`,
  );
  process.exit(2);
}
