import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { variantName } from '../../lambda-src/domain/template/locale';
import type { Problem } from '../../lambda-src/domain/template/template-errors';
import { readTemplateFolder, SUBJECT_FILE } from '../../lambda-src/domain/template/template-files';
import { buildTemplate } from '../../lambda-src/template-build/build-template';
import { FORMAT, type TemplateDocument, type TemplatesDocument } from '../../src/private/contract';

/** A template on disk, as synth builds it, whether or not it is well-formed. */
export interface FoundTemplate {
  /** Of a language's texts: `welcome/de`. */
  readonly name: string;
  readonly document: TemplateDocument;
  /** Of the template with all its languages. */
  readonly problems: readonly Problem[];
}

/** The template in a folder, or those in its folders, with the variants of their languages. */
export function findTemplates(directory: string): FoundTemplate[] {
  if (!existsSync(directory)) throw new Error(`MM704: there is no folder ${directory}`);
  const folders = existsSync(join(directory, SUBJECT_FILE))
    ? [resolve(directory)]
    : readdirSync(directory)
        .sort()
        .map((name) => join(directory, name))
        .filter((folder) => existsSync(join(folder, SUBJECT_FILE)));
  if (folders.length === 0) {
    throw new Error(`MM704: neither ${directory} nor a folder in it has a file ${SUBJECT_FILE}`);
  }
  return folders.flatMap((folder) => findTemplate(basename(folder), resolve(folder)));
}

function findTemplate(name: string, folder: string): FoundTemplate[] {
  const { variants, problems } = buildTemplate(readTemplateFolder(folder));
  return Object.entries(variants).map(([locale, content]) => ({
    name: variantName(name, locale),
    document: { ...content, fromAddress: 'nobody@example.com', replyTo: [] },
    problems,
  }));
}

/** The templates in a folder, by their names; all must be well-formed. */
export function readTemplates(directory?: string, defaultTemplate?: string): TemplatesDocument | undefined {
  if (directory === undefined) return undefined;
  const found = findTemplates(directory);
  const problems = new Set(found.flatMap((template) => template.problems));
  if (problems.size > 0) throw new Error([...problems].map(({ code, message }) => `${code}: ${message}`).join('\n'));
  const templates = Object.fromEntries(found.map(({ name, document }) => [name, document]));
  return { v: FORMAT, templates, defaultTemplate, identities: [] };
}

/** Those of a mailer. What is not usable is shown as a template with a problem. */
export const templatesIn = ({ templates, unusable = {} }: TemplatesDocument): FoundTemplate[] =>
  [
    ...Object.entries(templates).map(([name, document]) => ({ name, document, problems: [] })),
    ...Object.entries(unusable).map(([name, { code, message }]) => ({
      name,
      document: { subject: '', fromAddress: 'nobody@example.com', replyTo: [] },
      problems: [{ code: code as Problem['code'], message }],
    })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
