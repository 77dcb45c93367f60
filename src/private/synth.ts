import type { TemplateDocument } from './contract';

interface SynthModule {
  parseMailbox(text: string): { readonly name?: string; readonly address: string } | undefined;
  checkTemplate(
    template: Pick<TemplateDocument, 'subject' | 'html' | 'text'>,
    where: string,
  ): { readonly code: string; readonly message: string }[];
  readTemplateFiles(folder: string): { readonly subject?: string; readonly html?: string; readonly text?: string };
}

// Bundled from lambda-src/synth.ts: handlers and synth judge a template by the same code.
const bundled: SynthModule = require('../../assets/synth');

export const { parseMailbox, checkTemplate, readTemplateFiles } = bundled;
