import type { TemplateDocument, TemplatesDocument } from '../../../src/private/contract';
import { foldName } from '../list/fold-name';
import { isCss } from './escape';
import { baseName } from './locale';
import { type Content, compileTemplate } from './template';
import type { Problem, TemplateWarning } from './template-errors';

/** Returns an error for each default that is not allowed where the template prints it. `where` names the template. */
export function misplacedDefaults(content: Content, where: string): Problem[] {
  const { defaults = {} } = content;
  if (Object.keys(defaults).length === 0) return [];
  const messages = compileTemplate(content).misplacedDefaults.map(({ name, place }) => {
    const [key, value] = Object.entries(defaults).find(([one]) => foldName(one) === name)!;
    const wanted = wantedIn(place);
    return `${where}: the default of ${JSON.stringify(key)} must be ${wanted}, got ${JSON.stringify(value)}`;
  });
  return [...new Set(messages)].map((message) => ({ code: 'MM270', message }));
}

function wantedIn(place: string | undefined): string {
  if (place === undefined) return 'a number or date that its filter reads';
  return isCss(place)
    ? 'a CSS value such as a color, a length or an https:// address, because the template prints it in CSS'
    : 'an http, https or mailto address, because the template prints it as a link';
}

/** Returns a warning for each template with defaults for columns that no template prints, in any language. */
export function unprintedDefaults({ templates }: TemplatesDocument): { template: string; warning: TemplateWarning }[] {
  const all = Object.entries(templates);
  // Texts in a bucket are unknown until a run reads them.
  if (all.some(([, { from }]) => from)) return [];
  const printed = new Set(all.flatMap(([, document]) => compileTemplate(document).names));
  return all.flatMap(([name, document]) => {
    const unprinted = unprintedOf(document, printed);
    if (name !== baseName(name) || unprinted.length === 0) return [];
    const columns = unprinted.map((column) => JSON.stringify(column)).join(', ');
    const message = `The template ${name} has defaults for ${columns}, which no template prints; correct the name or remove the default`;
    return [{ template: name, warning: { code: 'MM267', message } }];
  });
}

const unprintedOf = (
  { defaults = {}, acknowledgedWarnings = [] }: TemplateDocument,
  printed: ReadonlySet<string>,
): string[] =>
  acknowledgedWarnings.includes('MM267')
    ? []
    : Object.keys(defaults).filter((column) => !printed.has(foldName(column)));
