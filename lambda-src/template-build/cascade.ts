import { type Options, selectAll } from 'css-select';
import { BuildLimit, MAX_MATCHES } from './build-limit';
import { type AnyNode, type Document, type Element, elementsOf } from './html-tree';
import type { Declaration, StyleRule } from './style-sheets';

/** Elements that are never displayed. */
const NOT_SHOWN = new Set(['head', 'title', 'base', 'link', 'style', 'meta', 'script', 'noscript', 'template']);

export interface Cascade {
  /** The declarations of each element in cascade order; the last one wins. */
  readonly byElement: ReadonlyMap<Element, readonly Declaration[]>;
  /** Rules that match no element. Some email clients add attributes that they match, as Outlook.com's `[data-ogsc]`. */
  readonly unmatched: readonly StyleRule[];
}

/** Finds the declarations that apply to each element of a document. */
export function cascade(document: Document, rules: readonly StyleRule[]): Cascade {
  const elements = [...elementsOf(document)];
  const names = elements.flatMap(({ attribs }) => (attribs.class ?? '').toLowerCase().split(/\s+/));
  const there = new Set(names);
  const unmatched = rules.filter(({ classes }) => !classes.every((name) => there.has(name)));
  const left = rules.filter(({ classes }) => classes.every((name) => there.has(name)));
  if (elements.length * left.length > MAX_MATCHES) {
    throw new BuildLimit(
      `elements times selectors of the style sheets must be at most ${MAX_MATCHES}, got ${elements.length} × ${left.length}; set inlineCss to false, or leave unused rules out`,
    );
  }
  const shown = new Set(elements.filter(({ name }) => !NOT_SHOWN.has(name)));
  const found = new Map<Element, Declaration[]>();
  const options = { quirksMode: document['x-mode'] === 'quirks' } as Options<AnyNode, Element>;
  for (const rule of left) {
    const { selector, declarations } = rule;
    const elements = matching(selector, document, options);
    if (elements.length === 0) unmatched.push(rule);
    for (const element of elements) {
      if (!shown.has(element)) continue;
      const own = found.get(element);
      if (own) own.push(...declarations);
      else found.set(element, [...declarations]);
    }
  }
  for (const own of found.values()) own.sort(byPriority);
  return { byElement: found, unmatched };
}

/** Compares two declarations of one element by cascade order. */
export function byPriority(a: Declaration, b: Declaration): number {
  if (a.important !== b.important) return a.important ? 1 : -1;
  for (const at of [0, 1, 2] as const) {
    if (a.specificity[at] !== b.specificity[at]) return a.specificity[at] - b.specificity[at];
  }
  return a.order - b.order;
}

function matching(selector: string, document: Document, options: Options<AnyNode, Element>): Element[] {
  try {
    return selectAll(selector, document, options);
  } catch {
    // Browsers ignore rules with an invalid selector.
    return [];
  }
}
