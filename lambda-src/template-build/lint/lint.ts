import { type Problem, TEMPLATE_WARNINGS, type TemplateWarning } from '../../domain/template/template-errors';
import { parseHtml } from '../html-tree';
import { SourceView } from '../source-view';
import { lintAddresses } from './addresses';
import { lintImages, lintLanguage, lintSheets, lintSize } from './elements';
import { type LintedHtml, messagesOf } from './finding';
import { lintCss } from './ignored-css';

export interface LintOptions {
  /** The size of the HTML that goes out, before its values. */
  readonly bytes: number;
  /** The language of the body; `''` if unknown. */
  readonly locale: string;
  /** The content ids of the template's attachments. Undefined if the attachments are unknown. */
  readonly contentIds?: readonly string[];
  /** Codes of warnings that are not reported. */
  readonly acknowledged?: readonly string[];
}

export interface LintResult {
  readonly problems: readonly Problem[];
  readonly warnings: readonly TemplateWarning[];
}

/** Finds what an email cannot carry in an HTML body with its partials. `locate` returns the file and line of a position. */
export function lintHtml(
  html: string,
  locate: (position: number) => string,
  { bytes, locale, contentIds, acknowledged = [] }: LintOptions,
): LintResult {
  const view = new SourceView(html);
  const linted: LintedHtml = { document: parseHtml(view.text), view };
  const messages = messagesOf(
    [
      ...lintAddresses(linted, contentIds),
      ...lintSheets(linted),
      ...lintImages(linted),
      ...lintLanguage(linted, locale),
      ...lintSize(bytes),
      ...lintCss(linted),
    ],
    locate,
  );
  const problems: Problem[] = [];
  const warnings: TemplateWarning[] = [];
  for (const { code, message } of messages) {
    if (!isWarning(code)) problems.push({ code, message });
    else if (!acknowledged.includes(code)) warnings.push({ code, message });
  }
  return { problems, warnings };
}

/** Whether a code is of a warning, which a template's options can acknowledge. */
export const isWarning = (code: string): code is keyof typeof TEMPLATE_WARNINGS =>
  Object.hasOwn(TEMPLATE_WARNINGS, code);
