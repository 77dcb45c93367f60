/** A run, and of which campaign. */
export type RunName = string;

export const runName = (campaign: string, run: number): RunName => `${campaign} ${run}`;

export const keyOf = ({ pk, sk }: { readonly pk: string; readonly sk: string }): string => `${pk} ${sk}`;
