/** Which room may import which; docs/architecture.md says why. `npx depcruise src lambda-src cli local bench scripts test` */
const FUNCTION = '^lambda-src/functions/([^/]+)/';

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Two files that import each other are one file, types included.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domain-is-pure',
      comment: 'The domain knows no function, no AWS and no tool of the build: it imports itself and the contract.',
      severity: 'error',
      from: { path: '^lambda-src/domain/' },
      to: {
        path: '^(lambda-src/(?!domain/)|src/(?!private/contract/)|cli/|local/|bench/|test/)|node_modules/(@aws-sdk|@smithy|@aws-lambda-powertools|@types/aws-lambda)/',
      },
    },
    {
      name: 'aws-adapts-the-domain',
      comment: 'Adapters implement the ports of the domain.',
      severity: 'error',
      from: { path: '^lambda-src/aws/' },
      to: { path: '^(lambda-src/(?!aws/|domain/)|src/(?!private/contract/)|cli/|local/|bench/|test/)' },
    },
    {
      name: 'functions-stand-alone',
      comment: 'What two functions use belongs to the domain.',
      severity: 'error',
      from: { path: FUNCTION },
      to: { path: '^lambda-src/functions/', pathNot: '^lambda-src/functions/$1/' },
    },
    {
      name: 'handlers-wire',
      comment: 'Only a handler knows the adapters; the logic beside it takes ports.',
      severity: 'error',
      from: { path: '^lambda-src/functions/', pathNot: '/handler\\.ts$' },
      to: { path: '^lambda-src/aws/' },
    },
    {
      name: 'handlers-are-entries',
      comment:
        'A handler reads its environment as it loads: the command, the local stack and the simulation import the logic.',
      severity: 'error',
      from: { pathNot: '^test/(?!simulation/)' },
      to: { path: '^lambda-src/functions/[^/]+/handler\\.ts$' },
    },
    {
      name: 'template-build-is-for-synth-and-plan',
      comment: 'Parsers of HTML and CSS are in no other bundle.',
      severity: 'error',
      from: { path: '^lambda-src/', pathNot: '^lambda-src/(template-build/|synth\\.ts$|functions/plan/)' },
      to: { path: '^lambda-src/(template-build/|synth\\.ts$)', reachable: true },
    },
    {
      name: 'template-build-uses-the-domain',
      severity: 'error',
      from: { path: '^lambda-src/template-build/' },
      to: { path: '^lambda-src/(?!template-build/|domain/)' },
    },
    {
      name: 'constructs-ship-without-handlers',
      comment: "Synth loads the bundle in assets/, never the handlers' sources.",
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(lambda-src|cli|local|bench|test)/' },
    },
    {
      name: 'contract-imports-nothing',
      comment: 'The contract is what both sides agree on.',
      severity: 'error',
      from: { path: '^src/private/contract/' },
      to: { pathNot: '^src/private/contract/' },
    },
    {
      name: 'nothing-imports-tests',
      comment: 'The benches share the fakes of the tests.',
      severity: 'error',
      from: { pathNot: '^(test|bench)/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(cdk\\.out|assets|lib|dist|\\.local)/|^examples/|^test/newest/node_modules' },
  },
};
