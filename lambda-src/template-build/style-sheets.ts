/// <reference path="./untyped.d.ts" />
import { selectorSpecificity } from '@csstools/selector-specificity';
import type { AtRule, Container, Declaration as CssDeclaration, Root, Rule } from 'postcss';
import parseCss from 'postcss-safe-parser';
import parseSelector, { type Selector } from 'postcss-selector-parser';
import { type Document, type Element, elementsOf, type Range, rawTextOf } from './html-tree';
import type { Section, SourceView } from './source-view';

/** A declaration of a style sheet, such as `color: red`. */
export interface Declaration {
  readonly property: string;
  /** The value as written, with Mustache's tags. */
  readonly value: string;
  readonly important: boolean;
  /** The end of the declaration in the source, before its `;`. */
  readonly end: number;
  /** The Mustache sections around the declaration. */
  readonly sections: readonly Section[];
  /** The selector's specificity: its numbers of ids, classes and elements. At equal specificity, `order` decides. */
  readonly specificity: readonly [number, number, number];
  readonly order: number;
  /** The number of the declaration's rule. */
  readonly rule: number;
}

/** A rule with one selector. */
export interface StyleRule {
  readonly selector: string;
  /** The selector's classes in lower case. Without elements of these classes, the rule matches nothing. */
  readonly classes: readonly string[];
  readonly declarations: readonly Declaration[];
}

/** The rules of all style sheets of a document. */
export interface StyleSheets {
  /** The rules that always apply to all elements of their selector. */
  readonly plain: readonly StyleRule[];
  /** The rules that apply conditionally, such as in media queries and `:hover`. They stay in the style sheet. */
  readonly conditional: readonly StyleRule[];
}

/** Reads the style sheets of a document. */
export function readStyleSheets(document: Document, view: SourceView): StyleSheets {
  const reader = new Reader(view);
  for (const element of elementsOf(document)) {
    if (element.name === 'style' && element.attribs['data-embed'] === undefined) reader.sheet(element);
  }
  return reader;
}

/** Pseudo-classes that depend on the document only, not on a state. */
const STRUCTURAL = new Set(
  [
    'first-child last-child only-child nth-child nth-last-child',
    'first-of-type last-of-type only-of-type nth-of-type nth-last-of-type root not is where',
  ].flatMap((names) => names.split(' ').map((name) => `:${name}`)),
);

class Reader implements StyleSheets {
  readonly plain: StyleRule[] = [];
  readonly conditional: StyleRule[] = [];
  private order = 0;
  private rulesRead = 0;

  constructor(private readonly view: SourceView) {}

  sheet(element: Element): void {
    const { type = '', media = '' } = element.attribs;
    const range = rawTextOf(element);
    if (!range || !['', 'text/css'].includes(type.trim().toLowerCase())) return;
    // Browsers ignore HTML comment marks in a style sheet.
    const css = this.view.text.slice(range.from, range.to).replace(/<!--|-->/g, (sign) => ' '.repeat(sign.length));
    this.rules(parseCss(css) as Root, range, !isForScreens(media));
  }

  private rules(container: Container, sheet: Range, conditional: boolean): void {
    container.each((node) => {
      if (node.type === 'rule') this.rule(node as Rule, sheet, conditional);
      if (node.type === 'atrule' && /^(media|supports|container)$/i.test((node as AtRule).name)) {
        this.rules(node as AtRule, sheet, true);
      }
    });
  }

  private rule(rule: Rule, sheet: Range, conditional: boolean): void {
    const from = sheet.from + rule.source!.start!.offset;
    // A selector with sections differs between recipients.
    const varies = this.view.hasSections(from, from + rule.selector.length);
    const found: Omit<Declaration, 'specificity'>[] = [];
    this.rulesRead += 1;
    rule.each((node) => {
      if (node.type === 'decl') found.push(...this.declaration(node as CssDeclaration, sheet));
    });
    for (const text of rule.selectors) {
      const selector = parsedSelector(text);
      if (!selector) continue;
      const { a, b, c } = selectorSpecificity(selector);
      const declarations = found.map((one) => ({ ...one, specificity: [a, b, c] as const }));
      const rules = conditional || varies || !isStructural(selector) ? this.conditional : this.plain;
      const classes = selector.nodes.flatMap(({ type, value }) =>
        type === 'class' ? [String(value).toLowerCase()] : [],
      );
      rules.push({ selector: text, classes, declarations });
    }
    // Only some email clients support nested rules.
    this.rules(rule, sheet, true);
  }

  private declaration(node: CssDeclaration, sheet: Range): Omit<Declaration, 'specificity'>[] {
    const { source, text: view } = this.view;
    const from = sheet.from + node.source!.start!.offset;
    const written = view.slice(from, sheet.from + node.source!.end!.offset);
    const end = from + written.replace(/[;\s]*$/, '').length;
    const value = from + written.indexOf(':') + 1;
    const valueEnd = value + view.slice(value, end).replace(/\s*!\s*important$/i, '').length;
    if (!this.view.isWhole(from, end)) return [];
    return [
      {
        property: node.prop.startsWith('--') ? node.prop : node.prop.toLowerCase(),
        value: source
          .slice(value, valueEnd)
          .replace(/\/\*.*?\*\//gs, '')
          .replace(/\s+/g, ' ')
          .trim(),
        important: node.important === true,
        end,
        sections: this.view.sectionsAt(from),
        order: this.order++,
        rule: this.rulesRead,
      },
    ];
  }
}

/** Whether a style sheet's `media` attribute applies to every screen, unlike `print` or a width. */
const isForScreens = (media: string): boolean =>
  media.split(',').some((query) => ['', 'all', 'screen'].includes(query.trim().toLowerCase()));

function parsedSelector(text: string): Selector | undefined {
  try {
    return parseSelector().astSync(text).nodes[0];
  } catch {
    return undefined;
  }
}

function isStructural(selector: Selector): boolean {
  let structural = true;
  selector.walk((node) => {
    if (node.type === 'nesting') structural = false;
    if (node.type === 'pseudo' && !STRUCTURAL.has(node.value.toLowerCase())) structural = false;
  });
  return structural;
}
