import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export const SUBJECT_FILE = 'subject.txt';
/** The folder of partials beside the templates' own. */
export const PARTIALS = '_partials';

/** Files by their path within a folder, `/` between its parts. */
export interface Folder {
  readonly files: ReadonlyMap<string, string>;
  /** How its author knows a file of it, or itself. */
  where(file?: string): string;
}

/** The texts of a template and the partials it may use. */
export interface TemplateSources extends Folder {
  readonly partials?: Folder;
  /** Why there are none. */
  readonly noPartials: string;
}

/** A template's folder, with the partials beside it unless they are elsewhere. */
export function readTemplateFolder(folder: string, partials?: string): TemplateSources {
  const beside = partials ?? join(dirname(folder), PARTIALS);
  const shared = existsSync(beside) && basename(folder) !== PARTIALS ? readFolder(beside) : undefined;
  return { ...readFolder(folder), noPartials: `there is no folder ${beside}`, ...(shared ? { partials: shared } : {}) };
}

/** Its text files and those of its folders. */
export function readFolder(folder: string): Folder {
  const files = new Map<string, string>();
  const read = (path: string, within: string, deep: boolean): void => {
    for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = `${within}${entry.name}`;
      const at = join(path, entry.name);
      if (entry.isDirectory()) {
        if (deep) read(at, `${name}/`, false);
      } else if (isTextFile(entry.name)) files.set(name, withoutMark(readFileSync(at, 'utf8')));
    }
  };
  read(folder, '', true);
  return { files, where: (file) => (file === undefined ? folder : join(folder, file)) };
}

export const isTextFile = (name: string): boolean => /\.(txt|html)$/.test(name);

export const withoutMark = (text: string): string => text.replace(/^\uFEFF/, '');

/** A text as it lies in a bucket. */
export interface BucketText {
  readonly text: string;
  /** Its version, or its ETag where the bucket keeps none. */
  readonly version: string;
  readonly modifiedAt: string;
}
