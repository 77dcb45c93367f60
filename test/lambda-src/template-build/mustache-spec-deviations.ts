const FLAT = 'A row is flat: a section does not open an object in which names are looked up.';
const NO_LISTS = 'A row has no lists: a section shows once or not at all.';
const END =
  'Spaces before a section’s tag that ends the template without a line break stay, as in the library mustache.';

/** Cases of the Mustache specification that templates do not follow, with the reason. */
export const DEVIATIONS: { readonly [name: string]: string } = {
  'interpolation: Dotted Names - Basic Interpolation': FLAT,
  'interpolation: Dotted Names - Triple Mustache Interpolation': FLAT,
  'interpolation: Dotted Names - Ampersand Interpolation': FLAT,
  'interpolation: Dotted Names - Initial Resolution': FLAT,
  'inverted: Context': FLAT,
  'inverted: List': NO_LISTS,
  'inverted: Empty List': NO_LISTS,
  'inverted: Standalone Without Newline': END,
  'partials: Failed Lookup': 'A partial that does not exist fails the build (MM208), so that no email lacks it.',
  'partials: Recursion': 'A partial that includes itself fails the build (MM210): without lists it would not end.',
  'sections: Context': FLAT,
  'sections: Deeply Nested Contexts': FLAT,
  'sections: List': NO_LISTS,
  'sections: Empty List': NO_LISTS,
  'sections: Implicit Iterator - String': NO_LISTS,
  'sections: Implicit Iterator - Integer': NO_LISTS,
  'sections: Implicit Iterator - Decimal': NO_LISTS,
  'sections: Standalone Without Newline': END,
};
