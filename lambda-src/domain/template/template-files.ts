import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export const SUBJECT_FILE = 'subject.txt';
/** Name of the partials folder beside the template folders. */
export const PARTIALS = '_partials';

/** Text files by their path in a folder, with `/` as separator. */
export interface Folder {
  readonly files: ReadonlyMap<string, string>;
  /** Returns the location of a file, or of the folder, for error messages. */
  where(file?: string): string;
}

/** A template's texts and the partials that it may use. */
export interface TemplateSources extends Folder {
  readonly partials?: Folder;
  /** Explains why there are no partials. */
  readonly noPartials: string;
}

/** Reads a template's folder, with the partials beside it or in the given folder. */
export function readTemplateFolder(folder: string, partials?: string): TemplateSources {
  const beside = partials ?? join(dirname(folder), PARTIALS);
  const shared = existsSync(beside) && basename(folder) !== PARTIALS ? readFolder(beside) : undefined;
  return { ...readFolder(folder), noPartials: `there is no folder ${beside}`, ...(shared ? { partials: shared } : {}) };
}

/** Reads the text files of a folder and its direct subfolders. */
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

/** A text stored in a bucket. */
export interface BucketText {
  readonly text: string;
  /** The object's version, or its ETag if the bucket is not versioned. */
  readonly version: string;
  readonly modifiedAt: string;
}
