/** Returns the BCP 47 form of a language tag: `pt_br` becomes `pt-BR`. Undefined if it is not a tag. */
export function localeOf(text: string): string | undefined {
  const tag = text
    .trim()
    .replace(/\.[\w-]*$/, '')
    .replaceAll('_', '-');
  // A language of two or three letters, then script, region and variants.
  if (!/^[a-z]{2,3}(-[a-z0-9]{1,8})*$/i.test(tag)) return undefined;
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}

/** Returns the tag and its less specific forms: `pt-BR`, `pt`. */
export function lookupChain(locale: string): string[] {
  const parts = locale.split('-');
  return parts.map((_, at) => parts.slice(0, parts.length - at).join('-'));
}

/** Returns the name of a template's language variant, which is a separate template document. */
export const variantName = (template: string, locale: string): string =>
  locale === '' ? template : `${template}/${locale}`;

/** Returns the language in a variant's name. `''` for a template's default texts. */
export const variantLocale = (name: string): string => name.split('/', 2)[1] ?? '';

/** Returns the language of a variant's texts; `''` if it is unknown. */
export const textsLocale = (name: string, { locale = '' }: { readonly locale?: string }): string =>
  variantLocale(name) || locale;

/**
 * Returns the language in which an email's values are formatted: the row's own if it is a form of the language of the
 * texts, or if that is unknown; else the texts'.
 */
export function formatLocale(row: string | undefined, texts: string): string {
  const language = (locale: string) => locale.split('-', 1)[0];
  return row !== undefined && (texts === '' || language(row) === language(texts)) ? row : texts;
}

/** Returns a variant's template name. Template names contain no slash. */
export const baseName = (name: string): string => name.split('/', 1)[0]!;
