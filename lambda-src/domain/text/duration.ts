const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** In words, rounded: `3 days`, `about 90 minutes`. A unit is used from two of it on. */
export function formatDuration(seconds: number): string {
  const [name, size] = UNITS.find(([, of]) => seconds >= 2 * of) ?? UNITS[3];
  const count = Math.round(seconds / size);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
