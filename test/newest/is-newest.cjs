// Fails the run where the mapping does not lead to what package.json beside it names.
const wanted = require('./package.json').dependencies['aws-cdk-lib'];
const { version } = require('aws-cdk-lib/package.json');
if (version !== wanted) throw new Error(`aws-cdk-lib is ${version}, to be tested is ${wanted}`);
