import type { TemplateDocument, TemplatesDocument } from './contract';
import { isBelowNodeFloor, NODE_FLOOR } from './contract/node-floor';
import { fail } from './errors';

/** Files by their path within a folder. */
export interface Folder {
  readonly files: ReadonlyMap<string, string>;
  where(file?: string): string;
}

/** The texts of a template and its partials. */
export interface TemplateSources extends Folder {
  readonly partials?: Folder;
  readonly noPartials: string;
}

/** The result of building a template. */
export type TemplateContent = Pick<
  TemplateDocument,
  'subject' | 'preheader' | 'html' | 'text' | 'htmlContexts' | 'textContexts'
>;

/** A warning of the linter. */
export interface TemplateWarning {
  readonly code: string;
  readonly message: string;
}

interface SynthModule {
  readonly PAGE_TEXT_NAMES: readonly string[];
  readonly TEMPLATE_WARNINGS: { readonly [code: string]: string };
  checkPage(source: string): readonly { readonly code: string; readonly message: string }[];
  footerTexts(
    locales: readonly string[],
    language: string,
    own?: { readonly [language: string]: { readonly [name: string]: string } },
  ): { [language: string]: string };
  parseMailbox(text: string): { readonly name?: string; readonly address: string } | undefined;
  parseAddress(text: string): { readonly address: string } | { readonly code: string };
  localeOf(text: string): string | undefined;
  similarName(name: string, known: readonly string[]): string | undefined;
  linksToPreferences(content: TemplateContent): boolean;
  readFolder(folder: string): Folder;
  readTemplateFolder(folder: string, partials?: string): TemplateSources;
  buildTemplate(
    sources: TemplateSources,
    options: {
      readonly inlineCss?: boolean;
      readonly contentIds?: readonly string[];
      readonly acknowledged?: readonly string[];
      readonly defaults?: { readonly [column: string]: string };
    },
  ): {
    readonly variants: { readonly [locale: string]: TemplateContent };
    readonly problems: readonly { readonly code: string; readonly message: string }[];
    readonly warnings: readonly TemplateWarning[];
  };
  withoutClickTracking(html: string): string;
  unprintedDefaults(
    documents: TemplatesDocument,
  ): readonly { readonly template: string; readonly warning: TemplateWarning }[];
}

if (isBelowNodeFloor(process.versions.node)) {
  fail(
    'MM160',
    `Node.js must be ${NODE_FLOOR} or later, got ${process.versions.node}. Install a newer Node.js: https://nodejs.org`,
  );
}

// Bundled from lambda-src/synth.ts, so that handlers and synth check a template with the same code.
const bundled: SynthModule = require('../../assets/plan/build');

export const {
  parseAddress,
  parseMailbox,
  localeOf,
  readFolder,
  readTemplateFolder,
  buildTemplate,
  linksToPreferences,
  checkPage,
  footerTexts,
  similarName,
  PAGE_TEXT_NAMES,
  TEMPLATE_WARNINGS,
  unprintedDefaults,
  withoutClickTracking,
} = bundled;
