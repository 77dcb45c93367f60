/** A language tag as BCP 47 writes it, of what people write: `pt_br` is `pt-BR`. Undefined: none. */
export function localeOf(text: string): string | undefined {
  const tag = text
    .trim()
    .replace(/\.[\w-]*$/, '')
    .replaceAll('_', '-');
  // A language of two or three letters, then script, region, variants.
  if (!/^[a-z]{2,3}(-[a-z0-9]{1,8})*$/i.test(tag)) return undefined;
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}

/** From the tag itself to its language: `pt-BR`, `pt`. */
export function lookupChain(locale: string): string[] {
  const parts = locale.split('-');
  return parts.map((_, at) => parts.slice(0, parts.length - at).join('-'));
}

/** The name of a template's variant in a language: a template of its own among the documents. */
export const variantName = (template: string, locale: string): string =>
  locale === '' ? template : `${template}/${locale}`;

/** The language in a variant's name; `''` of a template's own texts. */
export const variantLocale = (name: string): string => name.split('/', 2)[1] ?? '';

/** Names of templates never hold a slash. */
export const baseName = (name: string): string => name.split('/', 1)[0]!;
