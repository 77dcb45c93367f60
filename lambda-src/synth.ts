/** What the constructs use of the handlers' logic at synth; bundled, so that the package has no dependencies. */

export { parseMailbox } from './domain/address/mailbox';
export { parseAddress } from './domain/address/parse-address';
export { checkPage } from './domain/pages/page-check';
export { footerTexts, TEXT_NAMES as PAGE_TEXT_NAMES } from './domain/pages/page-texts';
export { similarName } from './domain/similar-name';
export { unprintedDefaults } from './domain/template/lint-defaults';
export { localeOf } from './domain/template/locale';
export { linksToPreferences } from './domain/template/template';
export { TEMPLATE_WARNINGS } from './domain/template/template-errors';
export { readFolder, readTemplateFolder } from './domain/template/template-files';
export { buildTemplate } from './template-build/build-template';
export { withoutClickTracking } from './template-build/insert/no-track';
