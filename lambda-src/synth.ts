/** What the constructs use of the handlers' logic at synth; bundled, so that the package has no dependencies. */
export { parseMailbox } from './core/mailbox';
export { checkTemplate } from './core/template';
export { readTemplateFiles } from './core/template-files';
