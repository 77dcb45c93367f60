import type { PlanDocument } from '../../../src/private/contract';

/** Warns of columns whose words for no show a section of the template. */
export const sectionWords = (sections: PlanDocument['yesNoSections'] = {}): string[] =>
  Object.entries(sections).map(
    ([column, words]) =>
      `The section {{#${column}}} shows for ${words.map((word) => JSON.stringify(word)).join(', ')}. If it must not, set the template's falseValues.`,
  );
