import { isTag, isText } from 'domhandler';
import { cascade } from './cascade';
import {
  type AnyNode,
  attributeOf,
  type Document,
  type Element,
  elementsOf,
  endOf,
  type Range,
  startOf,
} from './html-tree';
import type { SourceView } from './source-view';
import { readStyleSheets } from './style-sheets';

/** Properties that can hide text. */
const HIDING = /^(display|visibility|opacity|font|font-size|overflow|(max-)?(height|width))$/;

const WITHOUT_WORDS = new Set(
  'head title style script template noembed noframes iframe object audio video canvas datalist'.split(' '),
);

/** Finds out what a recipient can see of a document, by its elements and style sheets. */
export class Visibility {
  private readonly styles = new Map<Element, ReadonlyMap<string, string>>();
  private readonly known = new Map<AnyNode, boolean>();

  constructor(
    private readonly document: Document,
    private readonly view: SourceView,
  ) {
    const rules = readStyleSheets(document, view)
      .plain.map((rule) => ({
        ...rule,
        declarations: rule.declarations.filter(
          ({ property, sections }) => HIDING.test(property) && sections.length === 0,
        ),
      }))
      .filter(({ declarations }) => declarations.length > 0);
    const { byElement } = cascade(document, rules);
    for (const element of elementsOf(document)) {
      const declarations = byElement.get(element) ?? [];
      const sheets = (important: boolean) =>
        declarations
          .filter((one) => one.important === important)
          .map(({ property, value }) => [property, value] as const);
      const all = [...sheets(false), ...ownStyle(element), ...sheets(true)];
      if (all.length > 0) this.styles.set(element, new Map(all.map(([name, value]) => [name, value.toLowerCase()])));
    }
  }

  /** Returns the source ranges of visible text, and of the URLs of links that have visible text or a picture. */
  visibleRanges(): Range[] {
    const ranges: Range[] = [];
    const open: AnyNode[] = [this.document];
    for (let node = open.pop(); node; node = open.pop()) {
      if (isText(node) && this.shows(node)) ranges.push({ from: startOf(node) ?? 0, to: endOf(node) ?? 0 });
      if (isTag(node) && (node.name === 'a' || node.name === 'area') && this.showsWithin(node)) {
        const href = attributeOf(node, 'href', this.view.text);
        if (href) ranges.push(href);
      }
      if ('children' in node) open.push(...node.children);
    }
    return ranges;
  }

  /** Returns the outermost elements that hide their whole content. */
  hiddenElements(): Element[] {
    return [...elementsOf(this.document)].filter(
      (element) => this.hides(element) && (!element.parent || this.reaches(element.parent)),
    );
  }

  /** Whether a node is visible. */
  shows(node: AnyNode): boolean {
    return this.reaches(node) && !this.inheritsNothing(node);
  }

  private showsWithin(element: Element): boolean {
    if (element.name === 'area') return this.reaches(element);
    const open: AnyNode[] = [element];
    for (let node = open.pop(); node; node = open.pop()) {
      if (isText(node) && node.data.trim() !== '' && this.shows(node)) return true;
      if (isTag(node) && node.name === 'img' && this.reaches(node)) return true;
      if ('children' in node) open.push(...node.children);
    }
    return false;
  }

  /** Whether neither the node nor an element around it hides its content. */
  private reaches(node: AnyNode): boolean {
    const known = this.known.get(node);
    if (known !== undefined) return known;
    const reached = (!node.parent || this.reaches(node.parent)) && !(isTag(node) && this.hides(node));
    this.known.set(node, reached);
    return reached;
  }

  private hides(element: Element): boolean {
    if (WITHOUT_WORDS.has(element.name) || element.attribs.hidden !== undefined) return true;
    const style = this.styles.get(element);
    if (!style) return false;
    const noSize = ['height', 'max-height', 'width', 'max-width'].some((name) => isZero(style.get(name)));
    return (
      style.get('display') === 'none' || isZero(style.get('opacity')) || (noSize && style.get('overflow') === 'hidden')
    );
  }

  /** Whether an inherited `visibility` or `font-size` hides the node. The closest element that sets one decides. */
  private inheritsNothing(node: AnyNode): boolean {
    let visibility: string | undefined;
    let size: string | undefined;
    for (let at: AnyNode | null = node; at; at = at.parent) {
      const style = isTag(at) ? this.styles.get(at) : undefined;
      visibility ??= style?.get('visibility');
      size ??= style?.get('font-size') ?? /(?:^|\s)([\d.]+[a-z%]*)(?:\s|\/)/.exec(style?.get('font') ?? '')?.[1];
    }
    return visibility === 'hidden' || visibility === 'collapse' || isZero(size);
  }
}

const isZero = (value: string | undefined): boolean => value !== undefined && /^[-+]?0*\.?0+[a-z%]*$/.test(value);

function ownStyle({ attribs: { style = '' } }: Element): (readonly [string, string])[] {
  return style.split(';').flatMap((declaration) => {
    const [name = '', value = ''] = declaration.split(/:(.*)/s);
    const property = name.trim().toLowerCase();
    return HIDING.test(property) ? [[property, value.replace(/!\s*important/i, '').trim()] as const] : [];
  });
}
