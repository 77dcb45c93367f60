import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import * as path from 'node:path';
import { LOCAL, ROOT } from './root';

/** A folder in which this repository is installed under its own name, so that examples import it as their readers will. */
export function nodePath(): string {
  const folder = path.join(LOCAL, 'node_path');
  const link = path.join(folder, 'cdk-mailmatrix');
  mkdirSync(folder, { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(ROOT, link, 'dir');
  return folder;
}
