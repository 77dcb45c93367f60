/** A count as people read it: `250,000`. */
export const formatCount = (count: number): string => count.toLocaleString('en-US');
