import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { buildTemplate } from '../lambda-src/build/build-template';
import { variantName } from '../lambda-src/core/locale';
import { readTemplateFolder, SUBJECT_FILE } from '../lambda-src/core/template-files';
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
  const templates = Object.assign({}, ...folders.map((folder) => readTemplate(basename(folder), resolve(folder))));
  return { v: FORMAT, templates, defaultTemplate, identities: [] };
}

/** As synth builds it, with the variants of its languages. */
function readTemplate(name: string, folder: string): Record<string, TemplateDocument> {
  const { variants, problems } = buildTemplate(readTemplateFolder(folder));
  if (problems.length > 0) throw new Error(problems.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  return Object.fromEntries(
    Object.entries(variants).map(([locale, content]) => [
      variantName(name, locale),
      { ...content, fromAddress: 'nobody@example.com', replyTo: [] },
    ]),
  );
}
