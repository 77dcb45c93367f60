/** What stands in place of the value of a formula that was not calculated when the sheet was saved; Excel's own sign. */
export const NOT_CALCULATED = '#GETTING_DATA';
