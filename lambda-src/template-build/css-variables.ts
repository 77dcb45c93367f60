import type { Element } from './html-tree';
import type { Declaration, StyleSheets } from './style-sheets';

const USE = /var\(\s*(--[\w-]+)\s*(?:,([^()]*))?\)/g;

/** The maximum depth of variables that refer to other variables. */
const MOST_STEPS = 10;

/**
 * Replaces CSS variables by their values, for email clients that do not support variables. Keeps a variable that a
 * media query, a state or a section changes.
 */
export function withVariables(
  found: ReadonlyMap<Element, readonly Declaration[]>,
  { plain, conditional }: StyleSheets,
): ReadonlyMap<Element, readonly Declaration[]> {
  const changed = new Set(
    [...plain, ...conditional.map((rule) => ({ ...rule, changes: true }))]
      .flatMap((rule) => rule.declarations.filter(({ sections }) => 'changes' in rule || sections.length > 0))
      .map(({ property }) => property),
  );
  const valueFor = (element: Element | null, name: string): string | undefined => {
    for (let at = element; at; at = at.parent as Element | null) {
      const value = found
        .get(at)
        ?.filter(({ property }) => property === name)
        .at(-1)?.value;
      if (value !== undefined) return value;
    }
    return undefined;
  };
  const resolved = (value: string, element: Element): string => {
    let result = value;
    for (let step = 0; step < MOST_STEPS && result.includes('var('); step++) {
      const next = result.replace(USE, (use, name: string, other?: string) =>
        changed.has(name) ? use : (valueFor(element, name) ?? other?.trim() ?? use),
      );
      if (next === result || next.length > 10_000) break;
      result = next;
    }
    return result;
  };
  return new Map(
    [...found].map(([element, declarations]) => [
      element,
      declarations.map((one) => (one.value.includes('var(') ? { ...one, value: resolved(one.value, element) } : one)),
    ]),
  );
}
