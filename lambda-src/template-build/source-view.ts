import { isValue, type Tag, tagsOf } from '../domain/template/mustache-tags';

/** The opening tag of a section, as written, and its closing tag. */
export interface Section {
  readonly opens: string;
  readonly closes: string;
}

const LONGEST_TAG = 1000;

/** Replaces each character of a value's tag. A private-use character has no meaning in HTML and CSS. */
export const VALUE = '\uE000';

/**
 * A template's source for HTML and CSS parsers. A value's tag reads as a word, any other tag as spaces of the same
 * length, so that positions in the view are positions in the source.
 */
export class SourceView {
  readonly text: string;
  readonly tags: readonly Tag[];
  /** The open sections from each position on. */
  private readonly steps: { readonly from: number; readonly open: readonly Section[] }[] = [];

  constructor(readonly source: string) {
    this.tags = tagsOf(source);
    let text = '';
    let open: readonly Section[] = [];
    for (const tag of this.tags) {
      text += source.slice(text.length, tag.start);
      text += (isValue(tag) ? VALUE : ' ').repeat(tag.end - tag.start);
      if (tag.sigil === '#' || tag.sigil === '^') {
        open = [...open, { opens: source.slice(tag.start, tag.end), closes: `{{/${tag.name}}}` }];
        this.steps.push({ from: tag.end, open });
      } else if (tag.sigil === '/') {
        open = open.slice(0, -1);
        this.steps.push({ from: tag.start, open });
      }
    }
    this.text = text + source.slice(text.length);
  }

  /** Returns the sections around a position, outermost first. */
  sectionsAt(position: number): readonly Section[] {
    let [low, high] = [0, this.steps.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.steps[middle]!.from <= position) low = middle + 1;
      else high = middle;
    }
    return this.steps[low - 1]?.open ?? [];
  }

  /** Whether a tag other than a value's is between two positions. */
  hasSections(from: number, to: number): boolean {
    return this.tagsBetween(from, to).some((tag) => !isValue(tag));
  }

  /** Whether all sections that begin between two positions also end there, and vice versa. */
  isWhole(from: number, to: number): boolean {
    let depth = 0;
    for (const { sigil } of this.tagsBetween(from, to)) {
      if (sigil === '#' || sigil === '^') depth += 1;
      if (sigil === '/') depth -= 1;
      if (depth < 0) return false;
    }
    return depth === 0;
  }

  tagEndingAt(position: number): Tag | undefined {
    return this.tagsBetween(Math.max(0, position - LONGEST_TAG), position).find(
      (tag) => tag.end === position && !isValue(tag),
    );
  }

  tagStartingAt(position: number): Tag | undefined {
    return this.tagsBetween(position, position + 1).find((tag) => !isValue(tag));
  }

  private tagsBetween(from: number, to: number): readonly Tag[] {
    let [low, high] = [0, this.tags.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.tags[middle]!.start < from) low = middle + 1;
      else high = middle;
    }
    let end = low;
    while (end < this.tags.length && this.tags[end]!.start < to) end += 1;
    return this.tags.slice(low, end);
  }
}
