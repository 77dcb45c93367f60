import { isBelowNodeFloor, NODE_FLOOR } from '../src/private/contract/node-floor';

// Imported first, because later imports may need features that an older Node.js lacks.
if (isBelowNodeFloor(process.versions.node)) {
  process.stderr.write(
    `MM720: cdk-mailmatrix needs Node.js ${NODE_FLOOR} or later, got ${process.versions.node}. Install a newer Node.js: https://nodejs.org\n`,
  );
  process.exit(2);
}
