/** What the constructs use of the handlers' logic at synth; bundled, so that the package has no dependencies. */
export { buildTemplate } from './build/build-template';
export { localeOf } from './core/locale';
export { parseMailbox } from './core/mailbox';
export { checkPage } from './core/page-check';
export { footerTexts, TEXT_NAMES as PAGE_TEXT_NAMES } from './core/page-texts';
export { parseAddress } from './core/parse-address';
export { linksToPreferences } from './core/template';
export { readFolder, readTemplateFolder } from './core/template-files';
