/** Replaces a formula's value that was not calculated when the sheet was saved. The same text as Excel's. */
export const NOT_CALCULATED = '#GETTING_DATA';
