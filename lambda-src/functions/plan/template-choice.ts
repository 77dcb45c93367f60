import { METADATA, type RunRef, type Settings, type TemplatesDocument } from '../../../src/private/contract';
import { getOwn } from '../../domain/get-own';
import { aliasesOf, findColumn } from '../../domain/list/columns';
import type { Header } from '../../domain/list/header';
import { ListRejected, rejectList } from '../../domain/list/rejections';
import { trimCell } from '../../domain/list/trim';
import { baseName, formatLocale, localeOf, lookupChain, textsLocale, variantName } from '../../domain/template/locale';
import { compileTemplate, type Template } from '../../domain/template/template';

/** The template for a row. */
export interface Chosen {
  /** The name, with the language if the texts are of one: `welcome/de`. */
  readonly name: string;
  readonly template: Template;
  /** The list's columns that the template spells in another way. */
  readonly aliases: readonly { readonly name: string; readonly index: number }[];
  /** The highest index of a column that the template uses; -1 if it uses none. */
  readonly lastColumn: number;
  /** Whether the template has a topic, from which recipients can unsubscribe. */
  readonly canLeave: boolean;
  /** The language in which the template's filters format values; empty if it is unknown. */
  readonly locale: string;
  /** The row's language, if the template has no texts in it. */
  readonly unknownLocale?: string;
}

/**
 * Chooses the template of a row, in this order: the upload's metadata, the template column, the first folder under the
 * prefix if it is a template's name, the default template, the only template.
 */
export class TemplateChoice {
  private readonly compiled = new Map<string, Chosen>();
  private readonly forced?: string;
  private readonly fallback?: string;
  private readonly column?: number;
  private readonly localeColumn?: number;
  /** The highest index of the template and locale columns; -1 if there are none. */
  readonly lastColumn: number;

  constructor(
    private readonly documents: TemplatesDocument,
    private readonly header: Header,
    list: { readonly run: RunRef; readonly metadata: { readonly [name: string]: string } },
    { prefix, templateColumn, localeColumn }: Settings['intake'],
  ) {
    const { templates, unusable = {} } = documents;
    const names = [...Object.keys(templates), ...Object.keys(unusable)].filter((name) => name === baseName(name));
    this.forced = trimCell(list.metadata[METADATA.template] ?? '') || undefined;
    if (this.forced !== undefined && !this.has(this.forced)) throw rejectList('MM322', this.forced, names);

    const find = (name: string | undefined): number | undefined =>
      name === undefined ? undefined : findColumn(header, name)?.index;
    this.column = find(templateColumn);
    this.localeColumn = find(localeColumn);
    this.lastColumn = Math.max(this.column ?? -1, this.localeColumn ?? -1);
    const { key } = list.run.list;
    const [folder, file] = (key.startsWith(prefix) ? key.slice(prefix.length) : key).split('/', 2);
    if (file !== undefined && this.has(folder!)) this.fallback = folder;
    else this.fallback = documents.defaultTemplate ?? (names.length === 1 ? names[0] : undefined);

    const known = this.forced ?? (this.column === undefined ? this.fallback : undefined);
    if (known !== undefined) this.use(known);
    else if (this.column === undefined) throw rejectList('MM321', names);
  }

  /** Returns undefined if the row names an unknown template. Rejects the list if it lacks a column of the template. */
  of(cells: readonly string[]): Chosen | undefined {
    const requested = this.forced ?? (this.column === undefined ? '' : trimCell(cells[this.column] ?? ''));
    const name = requested || this.fallback;
    if (name === undefined || !this.has(name)) return undefined;
    return this.localeColumn === undefined ? this.use(name) : this.inLanguage(name, cells[this.localeColumn] ?? '');
  }

  private inLanguage(name: string, requested: string): Chosen {
    this.rejectUnusable(name);
    const cell = trimCell(requested);
    if (cell === '') return this.use(name);
    const locale = localeOf(cell);
    if (locale === undefined) return { ...this.use(name), unknownLocale: 'not a language' };
    for (const one of lookupChain(locale)) {
      const variant = variantName(name, one);
      if (Object.hasOwn(this.documents.templates, variant)) return this.formatting(variant, locale);
      if (one === this.documents.templates[name]!.locale) return this.formatting(name, locale);
    }
    return { ...this.formatting(name, locale), unknownLocale: locale };
  }

  /** Chooses a template for a row in a language. */
  private formatting(name: string, row: string): Chosen {
    const chosen = this.use(name);
    return { ...chosen, locale: formatLocale(row, chosen.locale) };
  }

  private has(name: string): boolean {
    const { templates, unusable = {} } = this.documents;
    return name === baseName(name) && (Object.hasOwn(templates, name) || Object.hasOwn(unusable, name));
  }

  /** Rejects the list if the template's texts in the bucket are invalid. */
  private rejectUnusable(name: string): void {
    const rejection = getOwn(this.documents.unusable ?? {}, name);
    if (rejection) throw new ListRejected(rejection.code as ListRejected['code'], rejection.message);
  }

  private use(name: string): Chosen {
    const known = this.compiled.get(name);
    if (known) return known;
    this.rejectUnusable(name);
    const template = compileTemplate(this.documents.templates[name]!);
    const found = template.names.map((variable) => ({ variable, column: findColumn(this.header, variable) }));
    const missing = template.columns.filter((name) =>
      found.some(({ variable, column }) => variable === name && column === undefined),
    );
    if (missing.length > 0) {
      throw rejectList(
        'MM323',
        name,
        missing,
        this.header.columns.map((column) => column.name),
      );
    }
    const aliases = aliasesOf(this.header, template.names);
    const lastColumn = Math.max(-1, ...found.map(({ column }) => column?.index ?? -1));
    const canLeave = this.documents.templates[name]!.topic !== undefined;
    const locale = textsLocale(name, this.documents.templates[name]!);
    const chosen = { name, template, aliases, lastColumn, canLeave, locale };
    this.compiled.set(name, chosen);
    return chosen;
  }
}
