import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { checkTemplate } from '../lambda-src/core/template';
import { readTemplateFiles, SUBJECT_FILE } from '../lambda-src/core/template-files';
import { FORMAT, type TemplateDocument, type TemplatesDocument } from '../src/private/contract';

/** The template in a folder, or those in its folders, by their names. */
export function readTemplates(directory?: string, defaultTemplate?: string): TemplatesDocument | undefined {
  if (directory === undefined) return undefined;
  if (!existsSync(directory)) throw new Error(`MM704: --templates: there is no folder ${directory}`);
  const folders = existsSync(join(directory, SUBJECT_FILE))
    ? [resolve(directory)]
    : readdirSync(directory)
        .map((name) => join(directory, name))
        .filter((folder) => existsSync(join(folder, SUBJECT_FILE)));
  if (folders.length === 0) {
    throw new Error(`MM704: --templates: neither ${directory} nor a folder in it has a file ${SUBJECT_FILE}`);
  }
  const templates = Object.fromEntries(folders.map((folder) => [basename(folder), readTemplate(folder)]));
  return { v: FORMAT, templates, defaultTemplate, identities: [] };
}

function readTemplate(folder: string): TemplateDocument {
  const files = readTemplateFiles(folder);
  const content = { ...files, subject: files.subject ?? '' };
  const problems = checkTemplate(content, folder);
  if (problems.length > 0) throw new Error(problems.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  return { ...content, fromAddress: 'nobody@example.com', replyTo: [] };
}
