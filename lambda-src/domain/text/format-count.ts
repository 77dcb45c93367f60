/** Formats a count for people, for example `250,000`. */
export const formatCount = (count: number): string => count.toLocaleString('en-US');
