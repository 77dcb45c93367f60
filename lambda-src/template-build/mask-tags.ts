import { type Tag, tagsOf } from '../domain/template/mustache-tags';

/** A template's source with one sign in the place of each Mustache tag, so that tools for HTML and CSS let them be. */
export interface MaskedTemplate {
  readonly source: string;
  readonly text: string;
  readonly tags: readonly Tag[];
}

// Private-use characters that no font and no author has.
const OPEN = '\u{10F0F0}';
const CLOSE = '\u{10F0F1}';
export const PLACEHOLDER = new RegExp(`${OPEN}(\\d+)${CLOSE}`, 'gu');

export function maskTags(source: string): MaskedTemplate {
  const tags = tagsOf(source);
  const text = tags.map(({ start }, n) => `${source.slice(tags[n - 1]?.end ?? 0, start)}${OPEN}${n}${CLOSE}`);
  return { source, tags, text: text.join('') + source.slice(tags.at(-1)?.end ?? 0) };
}

export const restoreTags = ({ source, tags }: MaskedTemplate, text: string): string =>
  text.replace(PLACEHOLDER, (_, n) => source.slice(tags[Number(n)]!.start, tags[Number(n)]!.end));

/** Which tags stand in a text, in order. */
export const placeholdersIn = (text: string): number[] => [...text.matchAll(PLACEHOLDER)].map(([, n]) => Number(n));
