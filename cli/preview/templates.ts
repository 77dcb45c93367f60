import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { unprintedDefaults } from '../../lambda-src/domain/template/lint-defaults';
import { variantLocale, variantName } from '../../lambda-src/domain/template/locale';
import type { Problem, TemplateWarning } from '../../lambda-src/domain/template/template-errors';
import { readTemplateFolder, SUBJECT_FILE } from '../../lambda-src/domain/template/template-files';
import { buildTemplate } from '../../lambda-src/template-build/build-template';
import { lintHtml } from '../../lambda-src/template-build/lint/lint';
import { FORMAT, type TemplateDocument, type TemplatesDocument } from '../../src/private/contract';

/** One language of a template, as synth builds it, well-formed or not. */
export interface FoundTemplate {
  /** The template's name, with the language of a variant: `welcome/de`. */
  readonly name: string;
  readonly document: TemplateDocument;
  /** Problems of the template in all its languages. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly TemplateWarning[];
}

/** A template without options, as in `MailTemplateOptions`. */
export const DEFAULT_DOCUMENT = {
  subject: '',
  fromAddress: 'nobody@example.com',
  replyTo: [],
  topic: 'general',
} as const;

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
  const { variants, problems, warnings } = buildTemplate(readTemplateFolder(folder));
  return Object.entries(variants).map(([locale, content]) => ({
    name: variantName(name, locale),
    document: { ...DEFAULT_DOCUMENT, ...content },
    problems,
    warnings,
  }));
}

/** Templates, and what the linter found in them. */
export interface LintedTemplates {
  readonly documents: TemplatesDocument;
  readonly warnings: readonly TemplateWarning[];
}

/** Builds the templates in a folder; throws if one is malformed. */
export function readTemplates(directory: string, defaultTemplate?: string): LintedTemplates {
  const found = findTemplates(directory);
  const problems = new Set(found.flatMap((template) => template.problems));
  if (problems.size > 0) throw new Error([...problems].map(({ code, message }) => `${code}: ${message}`).join('\n'));
  const templates = Object.fromEntries(found.map(({ name, document }) => [name, document]));
  return { documents: { v: FORMAT, templates, defaultTemplate, identities: [] }, warnings: warningsIn(found) };
}

/** Lints the templates of a mailer. */
export const lintTemplates = (documents: TemplatesDocument): LintedTemplates => ({
  documents,
  warnings: warningsIn(templatesIn(documents)),
});

/** Returns the warnings of all templates, each once: the languages of a template share partials. */
const warningsIn = (found: readonly FoundTemplate[]): TemplateWarning[] => [
  ...new Map(found.flatMap(({ warnings }) => warnings).map((warning) => [warning.message, warning])).values(),
];

/** The templates of a mailer. An unusable one becomes a template with a problem. */
export function templatesIn(documents: TemplatesDocument): FoundTemplate[] {
  const { templates, unusable = {} } = documents;
  const defaults = unprintedDefaults(documents);
  return [
    ...Object.entries(templates).map(([name, document]) => ({
      name,
      document,
      problems: [],
      warnings: [
        ...warningsOf(name, document),
        ...(document.source ? [] : defaults.filter(({ template }) => template === name)).map(({ warning }) => warning),
      ],
    })),
    ...Object.entries(unusable).map(([name, { code, message }]) => ({
      name,
      document: DEFAULT_DOCUMENT,
      problems: [{ code: code as Problem['code'], message }],
      warnings: [],
    })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Lints a template that is built. Its lines are those of the HTML that goes out, with its partials. */
function warningsOf(
  name: string,
  { source, html, attachments = [], ...document }: TemplateDocument,
): TemplateWarning[] {
  if (source) return [...((source.warnings ?? []) as TemplateWarning[])];
  if (html === undefined) return [];
  const locate = (position: number) => `the template ${name}, line ${html.slice(0, position).split('\n').length}`;
  const { warnings } = lintHtml(html, locate, {
    bytes: Buffer.byteLength(html),
    locale: variantLocale(name) || (document.locale ?? ''),
    contentIds: attachments.flatMap(({ contentId }) => contentId ?? []),
    acknowledged: document.acknowledgedWarnings,
  });
  return [...warnings];
}
