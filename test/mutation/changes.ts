import { spawnSync } from 'node:child_process';

/** Of a file, the lines that a change touched: from, and to with it. */
export type Lines = readonly (readonly [from: number, to: number])[];

function git(...args: string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  return status === 0 ? stdout.trim() : undefined;
}

/** The commit at which the current branch left main. Undefined on main, and in a clone without main. */
function branchBase(): string | undefined {
  const head = git('rev-parse', 'HEAD');
  for (const main of ['origin/main', 'main']) {
    const base = git('merge-base', 'HEAD', main);
    if (base !== undefined && base !== head) return base;
  }
  return undefined;
}

/** The commit that a change is compared with: the branch's base or, on main, the commit before. */
export const baseCommit = (): string | undefined => branchBase() ?? git('rev-parse', '--verify', '--quiet', 'HEAD^1');

/** Files that were added or changed since, in the working tree as well, with their new lines. */
export function changedLines(base: string): Map<string, Lines> {
  const diff = git('diff', '--unified=0', '--no-color', '--no-ext-diff', '--diff-filter=d', base) ?? '';
  const found = new Map<string, [number, number][]>();
  let lines: [number, number][] = [];
  for (const line of diff.split('\n')) {
    const file = /^\+\+\+ b\/(.*)$/.exec(line)?.[1];
    if (file !== undefined) {
      lines = [];
      found.set(file, lines);
    }
    const hunk = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line);
    const count = Number(hunk?.[2] ?? 1);
    if (hunk && count > 0) lines.push([Number(hunk[1]), Number(hunk[1]) + count - 1]);
  }
  for (const file of git('ls-files', '--others', '--exclude-standard')?.split('\n') ?? [])
    if (file !== '') found.set(file, [[1, Number.MAX_SAFE_INTEGER]]);
  return found;
}

/** A file as it was at a commit. */
export const fileAt = (commit: string, file: string): string | undefined => git('show', `${commit}:${file}`);
