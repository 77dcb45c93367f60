/** A count as people read it: `250,000`. */
export const grouped = (count: number): string => count.toLocaleString('en-US');
