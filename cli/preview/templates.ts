import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { variantName } from '../../lambda-src/domain/template/locale';
import type { Problem } from '../../lambda-src/domain/template/template-errors';
import { readTemplateFolder, SUBJECT_FILE } from '../../lambda-src/domain/template/template-files';
import { buildTemplate } from '../../lambda-src/template-build/build-template';
import { FORMAT, type TemplateDocument, type TemplatesDocument } from '../../src/private/contract';

/** One language of a template, as synth builds it, well-formed or not. */
export interface FoundTemplate {
  /** The template's name, with the language of a variant: `welcome/de`. */
  readonly name: string;
  readonly document: TemplateDocument;
  /** Problems of the template in all its languages. */
  readonly problems: readonly Problem[];
}

/** Builds the template in a folder, or those in its subfolders, with all their languages. */
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

/** Builds the templates in a folder; throws if one is malformed. */
export function readTemplates(directory?: string, defaultTemplate?: string): TemplatesDocument | undefined {
  if (directory === undefined) return undefined;
  const found = findTemplates(directory);
  const problems = new Set(found.flatMap((template) => template.problems));
  if (problems.size > 0) throw new Error([...problems].map(({ code, message }) => `${code}: ${message}`).join('\n'));
  const templates = Object.fromEntries(found.map(({ name, document }) => [name, document]));
  return { v: FORMAT, templates, defaultTemplate, identities: [] };
}

/** The templates of a mailer. An unusable one becomes a template with a problem. */
export const templatesIn = ({ templates, unusable = {} }: TemplatesDocument): FoundTemplate[] =>
  [
    ...Object.entries(templates).map(([name, document]) => ({ name, document, problems: [] })),
    ...Object.entries(unusable).map(([name, { code, message }]) => ({
      name,
      document: { subject: '', fromAddress: 'nobody@example.com', replyTo: [] },
      problems: [{ code: code as Problem['code'], message }],
    })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
