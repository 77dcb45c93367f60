/** What the constructs use of the handlers' logic at synth; bundled, so that the package has no dependencies. */
export { buildTemplate } from './build/build-template';
export { parseAddress } from './core/address';
export { localeOf } from './core/locale';
export { parseMailbox } from './core/mailbox';
export { readFolder, readTemplateFolder } from './core/template-files';
