import { statSync } from 'node:fs';
import { basename, resolve, sep } from 'node:path';
import { MANIFEST } from '../../../lambda-src/domain/list/parts/manifest';
import { partNames } from '../../../lambda-src/domain/list/parts/part-names';
import { onlyOperand } from '../verb';

/** A recipient list on disk: a file, or several that are its parts. */
export interface LocalList {
  /** The name in messages. */
  readonly shown: string;
  /** The name of the object: the file's, or that of the parts' manifest. */
  readonly name: string;
  readonly files: readonly LocalFile[];
}

export interface LocalFile {
  readonly path: string;
  /** A name that is unique among the parts. */
  readonly name: string;
}

/** The size of all files of a list, in bytes. */
export const listSize = ({ files }: LocalList): number => files.reduce((sum, { path }) => sum + sizeOf(path), 0);

export const isInParts = ({ files }: LocalList): boolean => files.length > 1;

/** The size of a regular file, in bytes. A pipe is rejected, because a list is read more than once. */
export function sizeOf(file: string): number {
  try {
    const found = statSync(file);
    if (!found.isFile()) throw Object.assign(new Error(), { code: 'it is no file' });
    return found.size;
  } catch (error) {
    throw new Error(`MM702: ${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** The list of a verb's operands: one file, or the parts of one list. */
export function localList(verb: string, operands: readonly string[]): LocalList {
  const paths = operands.length > 1 ? operands : [onlyOperand(verb, 'file', operands)];
  const names = partNames(paths.map((path) => resolve(path).split(sep).join('/')));
  const files = paths.map((path, at) => ({ path, name: names[at]! }));
  const [first] = files as [LocalFile];
  if (files.length === 1) {
    if (!first.path.toLowerCase().endsWith(MANIFEST)) return { shown: first.path, name: first.path, files };
    throw new Error(
      `MM701: ${verb}: must be a list or its parts, got the manifest ${first.path}: its parts lie in the bucket. Copy it there: ` +
        'aws s3 cp FILE s3://BUCKET/campaigns/NAME.manifest',
    );
  }
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`MM701: ${verb}: every part must be another file, got ${twice} twice`);
  return { shown: `${first.path} … (${files.length} parts)`, name: `${stemOf(paths)}${MANIFEST}`, files };
}

/** The common prefix of the parts' names. */
function stemOf(paths: readonly string[]): string {
  const [first = '', ...more] = paths.map((path) => basename(path));
  let length = first.length;
  for (const name of more) while (!name.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length).replace(/[-_. 0-9]+$/, '') || 'parts';
}
