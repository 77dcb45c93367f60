const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** Formats a duration in the largest unit that it reaches twice, rounded, for example `3 days` or `90 minutes`. */
export function formatDuration(seconds: number): string {
  const [name, size] = UNITS.find(([, of]) => seconds >= 2 * of) ?? UNITS[3];
  const count = Math.round(seconds / size);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
