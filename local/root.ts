import * as path from 'node:path';

/** The repository. */
export const ROOT = path.resolve(__dirname, '..');

/** What local running leaves behind: environments, logs, results. */
export const LOCAL = path.join(ROOT, '.local');
