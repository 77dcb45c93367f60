import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../local/root';

interface Audit {
  readonly vulnerabilities?: { readonly [name: string]: { readonly severity: string; readonly range: string } };
}

/** Checks that may find no answer where the tests run, by name and with the reason: nothing is left out in silence. */
const NOT_RUN = JSON.parse(readFileSync(join(__dirname, 'not-run.json'), 'utf8')) as Record<string, string>;

test('npm audit: nothing that is shipped has a known weakness, nor anything a critical one', () => {
  const { stdout } = spawnSync('npm', ['audit', '--json', '--fetch-retries=0', '--fetch-timeout=20000'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const { vulnerabilities } = JSON.parse(stdout || '{}') as Audit;
  const notRun = vulnerabilities ? [] : ['npm audit'];
  if (process.env.GITHUB_ACTIONS) expect(notRun).toEqual([]);
  expect(Object.keys(NOT_RUN)).toEqual(expect.arrayContaining(notRun));
  if (!vulnerabilities) {
    console.warn(`not run: npm audit. ${NOT_RUN['npm audit']}`);
    return;
  }
  const sbom = JSON.parse(readFileSync(join(ROOT, 'assets', 'sbom.cdx.json'), 'utf8')) as {
    readonly components: readonly { readonly name: string; readonly group?: string }[];
  };
  const shipped = new Set(sbom.components.map(({ name, group }) => (group ? `${group}/${name}` : name)));
  expect([...shipped]).toContain('mustache');
  const found = Object.entries(vulnerabilities).filter(
    ([name, { severity }]) => shipped.has(name) || severity === 'critical',
  );
  expect(found.map(([name, { severity, range }]) => `${name} ${range}: ${severity}`)).toEqual([]);
});
