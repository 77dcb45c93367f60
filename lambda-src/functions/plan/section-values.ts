import type { Template } from '../../domain/template/template';

/** Words of spreadsheets and people for yes and no, in lower case. */
const YES = new Set(
  '1 true yes y on x ja j oui o si sí s sì sim tak ano да はい 是 wahr vrai vero verdadero'.split(' '),
);
const NO = new Set('0 false no n off nein non não nee nej nie ne нет いいえ 否 falsch faux falso'.split(' '));

/** The number of different values at which a column is no longer one of yes and no. */
const MOST = 10;

/** Finds columns of yes and no for which a section shows although the cell says no. */
export class SectionValues {
  private readonly columns = new Map<string, { readonly values: Set<string>; readonly shown: Set<string> }>();

  note({ sections, shows }: Template, vars: { readonly [name: string]: string }): void {
    for (const name of sections) {
      const value = (vars[name] ?? '').trim().toLowerCase();
      if (value === '') continue;
      const column = this.columns.get(name) ?? { values: new Set<string>(), shown: new Set<string>() };
      this.columns.set(name, column);
      if (column.values.size < MOST) column.values.add(value);
      if (NO.has(value) && shows(value)) column.shown.add(value);
    }
  }

  /** Returns the words for no by column. Undefined if there are none. */
  get found(): { readonly [column: string]: readonly string[] } | undefined {
    const all = [...this.columns].filter(
      ([, { values, shown }]) => shown.size > 0 && [...values].every((value) => YES.has(value) || NO.has(value)),
    );
    return all.length > 0 ? Object.fromEntries(all.map(([name, { shown }]) => [name, [...shown]])) : undefined;
  }
}
