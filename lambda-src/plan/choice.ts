import { METADATA, type RunRef, type Settings, type TemplatesDocument } from '../../src/private/contract';
import type { Header } from '../core/header';
import { foldName } from '../core/names';
import { refused } from '../core/refusals';
import { compileTemplate, type Template } from '../core/template';
import { trimCell } from '../core/trim';

export interface Chosen {
  readonly name: string;
  readonly template: Template;
}

/**
 * Which template a row gets: the upload's metadata says; else the template column; else the first folder under the
 * prefix, if it is a template's name; else the default; else the only one.
 */
export class TemplateChoice {
  private readonly compiled = new Map<string, Chosen>();
  private readonly forced?: string;
  private readonly fallback?: string;
  private readonly column?: number;

  constructor(
    private readonly documents: TemplatesDocument,
    private readonly header: Header,
    list: { readonly run: RunRef; readonly metadata: { readonly [name: string]: string } },
    { prefix, templateColumn }: Settings['intake'],
  ) {
    const names = Object.keys(documents.templates);
    this.forced = trimCell(list.metadata[METADATA.template] ?? '') || undefined;
    if (this.forced !== undefined && !this.has(this.forced)) throw refused('MM322', this.forced, names);

    if (templateColumn !== undefined) {
      const folded = foldName(templateColumn);
      this.column = header.columns.find((column) => column.folded === folded)?.index;
    }
    const { key } = list.run.list;
    const [folder, file] = (key.startsWith(prefix) ? key.slice(prefix.length) : key).split('/', 2);
    if (file !== undefined && this.has(folder!)) this.fallback = folder;
    else this.fallback = documents.defaultTemplate ?? (names.length === 1 ? names[0] : undefined);

    const known = this.forced ?? (this.column === undefined ? this.fallback : undefined);
    if (known !== undefined) this.use(known);
    else if (this.column === undefined) throw refused('MM321', names);
  }

  /** Undefined where the row names none there is. Refuses the list at a template whose variables it lacks. */
  of(cells: readonly string[]): Chosen | undefined {
    const asked = this.forced ?? (this.column === undefined ? '' : trimCell(cells[this.column] ?? ''));
    const name = asked || this.fallback;
    return name !== undefined && this.has(name) ? this.use(name) : undefined;
  }

  private has(name: string): boolean {
    return Object.hasOwn(this.documents.templates, name);
  }

  private use(name: string): Chosen {
    const known = this.compiled.get(name);
    if (known) return known;
    const template = compileTemplate(this.documents.templates[name]!);
    const columns = new Set(this.header.columns.map(({ folded }) => folded));
    const missing = template.columns.filter((variable) => !columns.has(variable));
    if (missing.length > 0) {
      throw refused(
        'MM323',
        name,
        missing,
        this.header.columns.map((column) => column.name),
      );
    }
    const chosen = { name, template };
    this.compiled.set(name, chosen);
    return chosen;
  }
}
