/** A length of time as people say it: `40 seconds`, `3 hours`. */
export function durationOf(seconds: number): string {
  for (const [unit, length] of [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ] as const) {
    // Below two of it the smaller one says more.
    if (seconds >= 2 * length) return `${Math.round(seconds / length)} ${unit}s`;
  }
  return seconds === 1 ? '1 second' : `${seconds} seconds`;
}
