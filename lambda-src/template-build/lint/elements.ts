import parseCss from 'postcss-safe-parser';
import { GMAIL_CLIPS_AT } from '../../../src/private/contract';
import { cascade } from '../cascade';
import { type Element, elementsOf, rawTextOf, startOf } from '../html-tree';
import { readStyleSheets } from '../style-sheets';
import type { Finding, LintedHtml } from './finding';

/** Finds images without a description or a size. */
export function lintImages({ document, view }: LintedHtml): Finding[] {
  const sized = rulesForSizes(document, view);
  const findings: Finding[] = [];
  for (const element of elementsOf(document)) {
    const position = startOf(element);
    if (element.name !== 'img' || position === undefined) continue;
    const { alt, width, height, style = '' } = element.attribs;
    if (alt === undefined) {
      findings.push({
        code: 'MM263',
        position,
        says: 'an image must have an alt attribute, which is read where images are blocked; write alt="" for decoration',
      });
    }
    if (width === undefined && height === undefined && !SIZE.test(style) && !sized.has(element)) {
      findings.push({
        code: 'MM264',
        position,
        says: 'an image must have a width, or the layout moves when it loads and Outlook shows it in its own size',
      });
    }
  }
  return findings;
}

const SIZE = /(^|;|-)\s*(width|height)\s*:/i;

/** Returns the elements that a style sheet gives a size. */
function rulesForSizes(document: LintedHtml['document'], view: LintedHtml['view']): ReadonlyMap<Element, unknown> {
  const rules = readStyleSheets(document, view).plain.filter(({ declarations }) =>
    declarations.some(({ property }) => /^(max-)?(width|height)$/.test(property)),
  );
  return cascade(document, rules).byElement;
}

/** Finds a document that does not name its language. */
export function lintLanguage({ document }: LintedHtml, locale: string): Finding[] {
  const elements = [...elementsOf(document)];
  if (elements.some(({ attribs: { lang } }) => lang?.trim())) return [];
  const html = elements.find(({ name }) => name === 'html');
  return [
    {
      code: 'MM265',
      position: (html && startOf(html)) ?? 0,
      says: `the HTML must name its language for screen readers and translation; write <html lang="${locale || 'en'}">, or its language`,
    },
  ];
}

/** Finds style sheets that lie elsewhere. */
export function lintSheets({ document, view }: LintedHtml): Finding[] {
  const findings: Finding[] = [];
  const found = (position: number, what: string) =>
    findings.push({
      code: 'MM262',
      position,
      says: 'a style sheet must be in a <style> element; Gmail and Outlook load none from elsewhere',
      what,
    });
  for (const element of elementsOf(document)) {
    const { rel = '' } = element.attribs;
    if (element.name === 'link' && /(^|\s)stylesheet(\s|$)/i.test(rel)) {
      found(startOf(element) ?? 0, '<link rel="stylesheet">');
    }
    const range = element.name === 'style' ? rawTextOf(element) : undefined;
    if (!range) continue;
    parseCss(view.text.slice(range.from, range.to)).walkAtRules(/^import$/i, (rule) => {
      found(range.from + rule.source!.start!.offset, '@import');
    });
  }
  return findings;
}

/** The share of Gmail's limit from which a body is reported: the values, the footer and SES's tracking add to it. */
const NEAR = 0.9;

/** Finds a body that Gmail clips, or nearly clips. `bytes` is its size before its values. */
export function lintSize(bytes: number): Finding[] {
  if (bytes < NEAR * GMAIL_CLIPS_AT) return [];
  const kilobytes = (size: number) => `${Math.ceil(size / 1024)} KB`;
  return [
    {
      code: 'MM266',
      position: 0,
      says: `the HTML must stay below ${kilobytes(NEAR * GMAIL_CLIPS_AT)} before its values, got ${kilobytes(bytes)}; Gmail hides what follows the first ${kilobytes(GMAIL_CLIPS_AT)}, the unsubscribe link with it`,
    },
  ];
}
