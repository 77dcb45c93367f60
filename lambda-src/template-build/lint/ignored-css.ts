import type { Declaration as CssDeclaration } from 'postcss';
import parseCss from 'postcss-safe-parser';
import { elementsOf } from '../html-tree';
import { readStyleSheets } from '../style-sheets';
import { Visibility } from '../visibility';
import { IGNORED_BY } from './client-support';
import { cssTextOf, type Finding, type LintedHtml } from './finding';

/**
 * Finds CSS that widely used email clients ignore. Skips conditional rules, such as media queries, which add to a design
 * that works without them, and the styles of hidden elements.
 */
export function lintCss({ document, view }: LintedHtml): Finding[] {
  /** The first position of each feature. */
  const found = new Map<string, number>();
  const check = (property: string, value: string, position: number) => {
    for (const feature of featuresOf(property, value)) {
      if (Object.hasOwn(IGNORED_BY, feature)) found.set(feature, Math.min(position, found.get(feature) ?? position));
    }
  };
  for (const { declarations } of readStyleSheets(document, view).plain) {
    for (const { property, value, end } of declarations) check(property, value, end);
  }
  const hidden = new Set(new Visibility(document, view).hiddenElements());
  for (const element of elementsOf(document)) {
    const range = element.name === 'style' || hidden.has(element) ? undefined : cssTextOf(element, view);
    if (!range) continue;
    parseCss(element.attribs.style!).walkDecls(({ prop, value }: CssDeclaration) =>
      check(prop.toLowerCase(), value, range.from),
    );
  }
  return [...found]
    .sort(([, a], [, b]) => a - b)
    .map(([what, position]) => ({
      code: 'MM268',
      position,
      says: `this CSS has no effect in ${IGNORED_BY[what]}`,
      what,
    }));
}

/** Returns the names of a declaration's features as in the table: its property, its values and its functions. */
function featuresOf(property: string, value: string): string[] {
  const text = value.toLowerCase();
  const words = text.match(/(?<![\w-])[a-z][a-z-]*(?![\w(-])/g) ?? [];
  const functions = text.match(/[a-z][a-z-]*(?=\()/g) ?? [];
  return [property, ...words.map((word) => `${property}:${word}`), ...functions.map((name) => `${name}()`)];
}
