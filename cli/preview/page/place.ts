import type { Side } from '../shown-mail';

/** The current view. The page's URL holds it, so that a reload shows it again. */
export interface Place {
  readonly template: string;
  readonly row: number;
  readonly sides: { readonly [section: string]: Side };
  /** Whether each column has its longest value. */
  readonly longest?: boolean;
}

export function place(): Place {
  const params = new URLSearchParams(location.hash.slice(1));
  const sides: { [section: string]: Side } = {};
  for (const side of ['with', 'without'] as const) for (const section of params.getAll(side)) sides[section] = side;
  return {
    template: params.get('template') ?? '',
    row: Number(params.get('row') ?? 0),
    sides,
    longest: params.has('longest'),
  };
}

export function query({ template, row, sides, longest }: Place): string {
  const made = new URLSearchParams({ template, row: String(row) });
  for (const [section, side] of Object.entries(sides)) if (side !== 'row') made.append(side, section);
  if (longest) made.append('longest', '');
  return made.toString();
}

/** The colors that are chosen in the page. */
export const colors = () =>
  document.querySelector<HTMLInputElement>('input[name=colors]:checked')!.value as 'light' | 'dark';
