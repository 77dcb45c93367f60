import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const SUBJECT_FILE = 'subject.txt';

/** The files of a template's folder; undefined, those that are not there. */
export function readTemplateFiles(folder: string): {
  readonly subject?: string;
  readonly html?: string;
  readonly text?: string;
} {
  const read = (name: string): string | undefined => {
    const file = join(folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8').replace(/^\uFEFF/, '') : undefined;
  };
  return { subject: read(SUBJECT_FILE)?.trim(), html: read('body.html'), text: read('body.txt') };
}
