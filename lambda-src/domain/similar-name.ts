import { closest, distance } from 'fastest-levenshtein';

/** Returns the known name that a name is probably a slip of, or undefined. */
export function similarName(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const [lower, names] = [name.toLowerCase(), new Map(known.map((one) => [one.toLowerCase(), one]))];
  const found = closest(lower, [...names.keys()]);
  // Two slips, and in short names one.
  return distance(lower, found) <= (name.length < 5 ? 1 : 2) ? names.get(found) : undefined;
}
