import * as fs from 'node:fs';
import * as path from 'node:path';
import { artefact, copyQuickstart, ROOT, removeCopies, resources, run, shellBlocks } from './support';

/**
 * Each package is installed in a clean environment from the built artefact, and its quickstart is synthesised. The
 * four templates' resources are equal. A language whose tools are missing fails here; none is skipped.
 */
const cdkVersion = (
  JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { devDependencies: Record<string, string> }
).devDependencies['aws-cdk-lib'];
const SYNTH = { CDK_OUTDIR: 'cdk.out' };

let reference: Record<string, unknown>;

beforeAll(() => {
  const directory = copyQuickstart('typescript');
  const manifest = path.join(directory, 'package.json');
  const pkg = JSON.parse(fs.readFileSync(manifest, 'utf8')) as { dependencies: Record<string, string> };
  pkg.dependencies['cdk-mailmatrix'] = `file:${artefact('js', '.tgz')}`;
  pkg.dependencies['aws-cdk-lib'] = cdkVersion;
  fs.writeFileSync(manifest, JSON.stringify(pkg));
  run(directory, 'npm', ['install', '--no-audit', '--no-fund']);
  run(directory, 'npx', ['tsc', '--noEmit']);
  run(directory, 'npx', ['tsx', 'app.ts'], SYNTH);
  reference = resources(directory);
});

afterAll(removeCopies);

test('npm: the quickstart type-checks and makes a mailer', () => {
  const types = Object.values(reference).map((resource) => (resource as { Type: string }).Type);
  expect(types).toEqual(expect.arrayContaining(['AWS::S3::Bucket', 'AWS::StepFunctions::StateMachine']));
  expect(types.filter((type) => type === 'AWS::Lambda::Function')).toHaveLength(8);
});

describe('Python', () => {
  let directory: string;
  let printed: string;

  beforeAll(() => {
    directory = copyQuickstart('python');
    // The wheel that was built and not one of a registry; the README's own commands do the rest.
    const constraints = path.join(directory, 'constraints.txt');
    const wheel = `cdk-mailmatrix @ file://${artefact('python', '.whl')}`;
    fs.writeFileSync(constraints, `${wheel}\naws-cdk-lib==${cdkVersion}\n`);
    const commands = shellBlocks(path.join(directory, 'README.md')).slice(0, 2).join('');
    expect(commands).toMatch(/^pip install .*^pytest$.*^mypy \.$.*^python try_locally\.py$/ms);
    printed = run(directory, 'bash', ['-euo', 'pipefail', '-c', commands], { PIP_CONSTRAINT: constraints });
  });

  test('the README’s commands install it, and the app’s tests and strict types pass', () => {
    expect(printed).toMatch(/2 passed/);
    expect(printed).toMatch(/Success: no issues found in \d source files/);
  });

  test('the README’s local run shows everybody’s own mail', () => {
    const mails = printed.slice(printed.indexOf('To: '));
    expect([...mails.matchAll(/^To: (.*)\nSubject: (.*)$/gm)].map(([, to, subject]) => [to, subject])).toEqual([
      ['ann@example.com', 'Welcome, Ann'],
      ['bob@example.com', 'Welcome, Bob'],
      ['chloe@example.com', 'Welcome, Chloé'],
    ]);
    expect(mails).toMatch(/in Paris, Texas\.\n\nOur note on you: member since 2019\n/);
    expect(mails.match(/^ {2}\S+@example\.com: sent/gm)).toHaveLength(3);
  });

  test('the same app makes the same resources', () => {
    run(directory, '.venv/bin/python', ['app.py'], SYNTH);
    expect(resources(directory)).toEqual(reference);
  });

  test('the README that PyPI shows is in Python', () => {
    const code = 'import importlib.metadata as m; print(m.distribution("cdk-mailmatrix").read_text("METADATA"))';
    const readme = run(directory, '.venv/bin/python', ['-c', code]);
    expect(readme).toMatch(/^BulkMailer\(stack, "Mailer",\n {4}sender=/m);
    expect(readme).not.toMatch(/new BulkMailer/);
  });

  test('pip has put the command on the path; what it is given and its exit code come through', () => {
    const command = path.join(directory, '.venv/bin/cdk-mailmatrix');
    const told = run(directory, command, ['check', 'people.csv', '--templates', 'templates', '--json']);
    expect(JSON.parse(told)).toMatchObject({ file: 'people.csv', recipients: 3 });
    const failing = `"${command}" check "no such.csv"; test $? = 2`;
    expect(run(directory, 'bash', ['-c', failing])).toBe('');
  });

  test('a mistake is told by its code', () => {
    const code = 'from cdk_mailmatrix import Topic\nTopic.named("our news")';
    expect(() => run(directory, '.venv/bin/python', ['-c', code])).toThrow(/MM106: Topic\.named: got "our news"/);
  });
});

test('Java: the same app makes the same resources', () => {
  const directory = copyQuickstart('java');
  const repository = path.join(ROOT, 'dist/java');
  const [version] = fs
    .readdirSync(path.join(repository, 'io/github/mailmatrix/cdk-mailmatrix'))
    .filter((name) => /^\d/.test(name));
  const pom = path.join(directory, 'pom.xml');
  const built = `<repositories><repository><id>built</id><url>file://${repository}</url></repository></repositories>`;
  fs.writeFileSync(pom, fs.readFileSync(pom, 'utf8').replace('<build>', `${built}<build>`));
  // Maven's usual cache may hold an older build of the same version.
  const cache = `-Dmaven.repo.local=${path.join(directory, 'cache')}`;
  const versions = [`-Dmailmatrix.version=${version}`, `-Dcdk.version=${cdkVersion}`];
  run(directory, 'mvn', ['-q', '-B', cache, ...versions, 'compile', 'exec:java'], SYNTH);
  expect(resources(directory)).toEqual(reference);
});

test('Go: the same app makes the same resources', () => {
  const directory = copyQuickstart('go');
  const built = path.join(ROOT, 'dist/go/mailmatrix');
  run(directory, 'go', ['mod', 'edit', '-replace', `github.com/mailmatrix/cdk-mailmatrix-go/mailmatrix=${built}`]);
  run(directory, 'go', ['mod', 'tidy']);
  run(directory, 'go', ['vet', './...']);
  run(directory, 'go', ['run', '.'], SYNTH);
  expect(resources(directory)).toEqual(reference);
});

test('.NET: the source is generated (compiling it needs the .NET SDK and is the release workflow’s)', () => {
  const source = path.join(ROOT, 'dist/dotnet/MailMatrix.Cdk/MailMatrix/Cdk/BulkMailer.cs');
  expect(fs.readFileSync(source, 'utf8')).toContain('class BulkMailer');
});
