import * as path from 'node:path';

/** The root of the repository. */
export const ROOT = path.resolve(__dirname, '..');

/** The folder of local runs: environments, logs, results. */
export const LOCAL = path.join(ROOT, '.local');
