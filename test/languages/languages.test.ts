import * as fs from 'node:fs';
import * as path from 'node:path';
import { artefact, copyQuickstart, ROOT, resources, run } from './support';

/**
 * Each package is installed in a clean environment from the built artefact, and its quickstart is synthesised. The
 * four templates' resources are equal. A language whose tools are missing fails here; none is skipped.
 */
const cdkVersion = (
  JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { devDependencies: Record<string, string> }
).devDependencies['aws-cdk-lib'];

let reference: unknown;

beforeAll(() => {
  const directory = copyQuickstart('typescript');
  const manifest = path.join(directory, 'package.json');
  const pkg = JSON.parse(fs.readFileSync(manifest, 'utf8')) as { dependencies: Record<string, string> };
  pkg.dependencies['cdk-mailmatrix'] = `file:${artefact('js', '.tgz')}`;
  pkg.dependencies['aws-cdk-lib'] = cdkVersion;
  fs.writeFileSync(manifest, JSON.stringify(pkg));
  run(directory, 'npm', ['install', '--no-audit', '--no-fund']);
  run(directory, 'npx', ['tsc', '--noEmit']);
  run(directory, 'npx', ['tsx', 'app.ts'], { CDK_OUTDIR: 'cdk.out' });
  reference = resources(path.join(directory, 'cdk.out'));
});

test('npm', () => {
  expect(Object.keys(reference as object).length).toBeGreaterThan(20);
});

describe('Python', () => {
  let directory: string;
  const bin = (name: string) => path.join(directory, '.venv/bin', name);

  beforeAll(() => {
    directory = copyQuickstart('python');
    run(directory, 'python3', ['-m', 'venv', '.venv']);
    run(directory, bin('pip'), [
      'install',
      '-q',
      '--find-links',
      path.dirname(artefact('python', '.whl')),
      '-r',
      'requirements-dev.txt',
      `aws-cdk-lib==${cdkVersion}`,
    ]);
  });

  test('the same app makes the same resources', () => {
    run(directory, bin('python'), ['app.py'], { CDK_OUTDIR: 'cdk.out' });
    expect(resources(path.join(directory, 'cdk.out'))).toEqual(reference);
  });

  test('its own tests pass', () => {
    expect(run(directory, bin('pytest'), ['-q'])).toMatch(/2 passed/);
  });

  test('it type-checks strictly against our stubs', () => {
    expect(run(directory, bin('mypy'), ['mail_stack.py', 'app.py', 'tests'])).toMatch(/Success: no issues found/);
  });

  test('a mistake is told by its code', () => {
    const code = 'from cdk_mailmatrix import Topic\nTopic.named("our news")';
    expect(() => run(directory, bin('python'), ['-c', code])).toThrow(/MM106: Topic\.named: got "our news"/);
  });
});

test('Java: the same app makes the same resources', () => {
  const directory = copyQuickstart('java');
  const [jar] = fs
    .readdirSync(path.join(ROOT, 'dist/java/io/github/mailmatrix/cdk-mailmatrix'))
    .filter((name) => /^\d/.test(name));
  const pom = path.join(directory, 'pom.xml');
  const repository = `<repositories><repository><id>built</id><url>file://${path.join(ROOT, 'dist/java')}</url></repository></repositories>`;
  fs.writeFileSync(pom, fs.readFileSync(pom, 'utf8').replace('<build>', `${repository}<build>`));
  const options = ['-q', '-B', `-Dmailmatrix.version=${jar}`, `-Dcdk.version=${cdkVersion}`];
  run(directory, 'mvn', [...options, 'compile', 'exec:java'], { CDK_OUTDIR: 'cdk.out' });
  expect(resources(path.join(directory, 'cdk.out'))).toEqual(reference);
});

test('Go: the same app makes the same resources', () => {
  const directory = copyQuickstart('go');
  run(directory, 'go', [
    'mod',
    'edit',
    '-replace',
    `github.com/mailmatrix/cdk-mailmatrix-go/mailmatrix=${path.join(ROOT, 'dist/go/mailmatrix')}`,
  ]);
  run(directory, 'go', ['mod', 'tidy']);
  run(directory, 'go', ['vet', './...']);
  run(directory, 'go', ['run', '.'], { CDK_OUTDIR: 'cdk.out' });
  expect(resources(path.join(directory, 'cdk.out'))).toEqual(reference);
});

test('.NET: the source is generated (compiling it needs the .NET SDK and is the release workflow’s)', () => {
  const source = path.join(ROOT, 'dist/dotnet/MailMatrix.Cdk/MailMatrix/Cdk/BulkMailer.cs');
  expect(fs.readFileSync(source, 'utf8')).toContain('class BulkMailer');
});
