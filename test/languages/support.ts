import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

export const ROOT = path.resolve(__dirname, '../..');

/** The Node.js of tasks and tests: the machine's own may be older than users' must be. */
const NODE = path.join(ROOT, 'node_modules/node/bin');

/** As a user's shell: no package of this repository on the path, and nothing of the npm that runs the test. */
function userEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_(package|lifecycle|command|execpath|node_execpath)|NODE_OPTIONS|NODE_PATH|INIT_CWD)/.test(name),
  );
  const PATH = (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((entry) => !entry.startsWith(path.join(ROOT, 'node_modules')));
  return { ...Object.fromEntries(kept), PATH: [NODE, ...PATH].join(path.delimiter) };
}

/** Runs a command to its end; its output is in the error when it fails. */
export function run(cwd: string, command: string, args: string[], env: NodeJS.ProcessEnv = {}): string {
  try {
    return execFileSync(command, args, {
      cwd,
      encoding: 'utf8',
      env: { ...userEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 10 * 60_000,
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    const { message, stdout } = error as Error & { stdout?: string };
    throw new Error(`${message}\n${stdout ?? ''}`);
  }
}

/** A copy of a quickstart outside the repository, so that nothing of the repository's own is found by chance. */
export function copyQuickstart(language: string): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), `mailmatrix-${language}-`));
  const ignored = new Set([
    'node_modules',
    '.venv',
    'cdk.out',
    'target',
    '__pycache__',
    '.mypy_cache',
    '.pytest_cache',
  ]);
  fs.cpSync(path.join(ROOT, 'examples/quickstart', language), directory, {
    recursive: true,
    filter: (source) => !ignored.has(path.basename(source)),
  });
  copies.push(directory);
  return directory;
}

const copies: string[] = [];

export function removeCopies(): void {
  for (const directory of copies) fs.rmSync(directory, { recursive: true, force: true });
}

/** The shell blocks of a README, in order, as its reader would type them. */
export function shellBlocks(readme: string): string[] {
  return [...fs.readFileSync(readme, 'utf8').matchAll(/^```sh\n(.*?)^```/gms)].map(([, block]) => block);
}

/** The one file of a kind that packaging left for a language. */
export function artefact(language: string, ending: string): string {
  const directory = path.join(ROOT, 'dist', language);
  const found = (fs.existsSync(directory) ? fs.readdirSync(directory) : []).filter((name) => name.endsWith(ending));
  if (found.length !== 1)
    throw new Error(
      `dist/${language}: expected one *${ending}, found ${found.length}; run \`npx projen package-languages\``,
    );
  return path.join(directory, found[0]);
}

/** The resources of the synthesised stack. */
export function resources(directory: string): Record<string, unknown> {
  const template = JSON.parse(fs.readFileSync(path.join(directory, 'cdk.out', 'Mail.template.json'), 'utf8')) as {
    Resources: Record<string, { Type: string }>;
  };
  // CDK's own note of which language and version made it.
  return Object.fromEntries(Object.entries(template.Resources).filter(([, r]) => r.Type !== 'AWS::CDK::Metadata'));
}
