import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import * as path from 'node:path';
import { LOCAL, ROOT } from './root';

/**
 * Returns a folder in which this repository is installed under its package name, so that examples import it as users
 * do.
 */
export function nodePath(): string {
  const folder = path.join(LOCAL, 'node_path');
  const link = path.join(folder, 'cdk-mailmatrix');
  mkdirSync(folder, { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(ROOT, link, 'dir');
  return folder;
}
