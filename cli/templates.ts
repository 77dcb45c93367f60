import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { checkTemplate, compileTemplate, type Problem, type Template } from '../lambda-src/core/template';
import { readTemplateFiles, SUBJECT_FILE } from '../lambda-src/core/template-files';
import { FORMAT, type TemplateDocument, type TemplatesDocument } from '../src/private/contract';

/** A template on disk, whether or not it is well-formed. */
export interface FoundTemplate {
  readonly name: string;
  readonly folder: string;
  readonly document: TemplateDocument;
  readonly problems: readonly Problem[];
  /** Absent where there are problems. */
  readonly compiled?: Template;
}

/** The template in a folder, or those in its folders. */
export function findTemplates(directory: string): FoundTemplate[] {
  if (!existsSync(directory)) throw new Error(`MM704: templates: there is no folder ${directory}`);
  const folders = existsSync(join(directory, SUBJECT_FILE))
    ? [resolve(directory)]
    : readdirSync(directory)
        .sort()
        .map((name) => join(directory, name))
        .filter((folder) => existsSync(join(folder, SUBJECT_FILE)));
  if (folders.length === 0) {
    throw new Error(`MM704: templates: neither ${directory} nor a folder in it has a file ${SUBJECT_FILE}`);
  }
  return folders.map(findTemplate);
}

function findTemplate(folder: string): FoundTemplate {
  const files = readTemplateFiles(folder);
  const content = { ...files, subject: files.subject ?? '' };
  const problems = checkTemplate(content, folder);
  return {
    name: basename(folder),
    folder,
    document: { ...content, fromAddress: 'nobody@example.com', replyTo: [] },
    problems,
    ...(problems.length === 0 ? { compiled: compileTemplate(content) } : {}),
  };
}

/** The templates in a folder, by their names; all must be well-formed. */
export function readTemplates(directory?: string, defaultTemplate?: string): TemplatesDocument | undefined {
  if (directory === undefined) return undefined;
  const found = findTemplates(directory);
  const problems = found.flatMap((template) => template.problems);
  if (problems.length > 0) throw new Error(problems.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  const templates = Object.fromEntries(found.map(({ name, document }) => [name, document]));
  return { v: FORMAT, templates, defaultTemplate, identities: [] };
}
