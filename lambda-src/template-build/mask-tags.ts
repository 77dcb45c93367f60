import { type Tag, tagsOf } from '../domain/template/mustache-tags';

/** A template's source with a placeholder for each Mustache tag, which HTML and CSS tools leave unchanged. */
export interface MaskedTemplate {
  readonly source: string;
  readonly text: string;
  readonly tags: readonly Tag[];
}

// Private-use characters, which templates do not contain.
const OPEN = '\u{10F0F0}';
const CLOSE = '\u{10F0F1}';
export const PLACEHOLDER = new RegExp(`${OPEN}(\\d+)${CLOSE}`, 'gu');

/** Replaces each Mustache tag by a placeholder. */
export function maskTags(source: string): MaskedTemplate {
  const tags = tagsOf(source);
  const text = tags.map(({ start }, n) => `${source.slice(tags[n - 1]?.end ?? 0, start)}${OPEN}${n}${CLOSE}`);
  return { source, tags, text: text.join('') + source.slice(tags.at(-1)?.end ?? 0) };
}

/** Replaces placeholders by the tags that they stand for. */
export const restoreTags = ({ source, tags }: MaskedTemplate, text: string): string =>
  text.replace(PLACEHOLDER, (_, n) => source.slice(tags[Number(n)]!.start, tags[Number(n)]!.end));

/** Returns the indexes of the tags whose placeholders a text contains, in order. */
export const placeholdersIn = (text: string): number[] => [...text.matchAll(PLACEHOLDER)].map(([, n]) => Number(n));
