import type { TEMPLATE_ERRORS } from '../template/template-errors';
import { escapeControlCharacters } from '../text/escape-control-characters';
import { redactEmailAddresses } from '../text/redact-email-addresses';

const owners = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(', ');

/** Maximum characters of a name shown. Names can be as long as cells, and Step Functions limits states to 256 KiB. */
const LONGEST = 100;
const MOST = 30;
const one = (name: string): string => {
  const text = String(name);
  return escapeControlCharacters(
    JSON.stringify(redactEmailAddresses(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)),
  );
};
const quoted = (names: readonly string[]): string =>
  [...names.slice(0, MOST).map(one), ...(names.length > MOST ? [`and ${names.length - MOST} more`] : [])].join(', ');
const aside = (name: string, of: readonly string[]): string => `${one(name)}; the list has the columns ${quoted(of)}`;

/**
 * Reasons for which a whole list is rejected, with the text for each code. Rejections go to alerts and logs, so they
 * contain columns, lines and numbers, but no cells.
 */
export const LIST_REJECTIONS = {
  MM301: (columns: readonly string[], wanted?: string, line?: number) =>
    (wanted === undefined
      ? `The list has no column for the address. It has ${quoted(columns)}; one must be named email, e-mail, mail or email address, or as intake.emailColumn says`
      : `The list has no column for the address: the name that is asked for is ${aside(wanted, columns)}`) +
    (line === undefined ? '' : `. Line ${line} looks like the header: delete the lines before it`),
  MM302: (columns: readonly string[], exactly: boolean) =>
    `Several columns of the list could hold the address: ${quoted(columns)}. ${exactly ? 'Rename those that do not, for example to "other"' : 'Rename the one that does to "email"'}, or name it with intake.emailColumn or send --email-column`,
  MM303: (header: string) =>
    `The first line of the list holds an address, so it names no columns. Put a line with the names of the columns before it, such as ${one(header)}${header.includes('\t') ? ', with tabs between the names' : ''}, and one recipient on each line below it`,
  MM304: (first: string, second: string) =>
    `The list has two columns of one name: ${one(first)} and ${one(second)}. Upper and lower case, spaces and signs do not tell columns apart; rename one`,
  MM306: (wanted: string, columns: readonly string[]) =>
    `The list has no column for the recipient key: intake.recipientKeyColumn is ${aside(wanted, columns)}`,
  MM307: () => 'The list is empty. It needs a line that names the columns, and a line for every recipient',
  MM308: () => 'The list names columns and has no recipients below them',
  MM309: (encoding: string, line: number) =>
    `The list is not ${encoding}: near line ${line} there are bytes that mean nothing in it. Save it as "CSV UTF-8" and upload it again`,
  MM310: () =>
    'The list is not plain text: it holds NUL bytes, as binary files do. Save it as "CSV UTF-8" and upload it again',
  MM311: (kind: string, todo: string) => `The list is ${kind} and not a CSV file. ${todo}`,
  MM312: (line: number) =>
    `The row that begins on line ${line} is not well-formed CSV: a quotation mark stands where none may, or is not closed. Put the cell in quotation marks and double those inside it, also where the list has \\" for one`,
  MM313: (line: number, limit: number) =>
    `The row that begins on line ${line} is longer than ${limit} bytes. More likely than not a quotation mark there is not closed`,
  MM314: (limit: number) =>
    `The list has more than ${limit} rows, which intake.maxRows allows. Split it, or raise the limit`,
  MM315: (size: number, limit: number) =>
    `The list has ${size} bytes, intake.maxSize allows ${limit}. Split it, or raise the limit`,
  MM316: (invalid: number, rows: number, percent: number) =>
    `${invalid} of ${rows} rows are invalid, intake.maxInvalidPercent allows ${percent} %. The invalid-rows file names each row's line and reason`,
  MM317: (invalid: number, rows: number) =>
    `No recipient is left: ${invalid} of ${rows} rows are invalid. The invalid-rows file names each row's line and reason`,
  MM318: () => 'The list is gone: it was deleted or replaced before it was read. Upload it again',
  MM319: () =>
    'The list cannot be read: S3 denies it. It was deleted, is archived, or is encrypted with a key that the mailer may not use',
  MM320: (limit: number) =>
    `The list unpacks to more than ${limit} bytes, which intake.maxSize allows. Split it, or raise the limit`,
  MM324: () => 'The list is a GZIP file that is broken or not complete. Pack it and upload it again',
  MM325: (limit: number) =>
    `The list has more than ${limit} columns. Leave out those that the template does not need; if it has fewer, its first line is not its header`,
  MM326: (line: number, column: number, limit: number) =>
    `The row that begins on line ${line} has a cell of more than ${limit} characters, number ${column}. More likely than not a quotation mark before it is not closed`,
  MM339: (limit: number) =>
    `The list has more than ${limit} blank lines. Save it without the empty rows at its end and upload it again`,
  MM341: (line: number, columns: number) =>
    `The row that begins on line ${line} has text beyond the last of the ${columns} columns. Name the column that it belongs to, or put a cell with a delimiter in it in quotation marks`,
  MM342: () =>
    'A line of the list holds several addresses. Put every address on a line of its own, below a line with the name of the column, "email"',
  MM343: (from: number, to: number) =>
    `A cell that begins on line ${from} holds whole rows of the list, to line ${to}: a quotation mark there is one too many or is not closed. Correct it; if the cell is correct, set intake.acceptRowsInCells or use send --accept-rows-in-cells`,
  MM344: (encodings: readonly string[]) =>
    `The list is not UTF-8, and its letters could be several encodings: ${quoted(encodings)}. Save it as "CSV UTF-8", or name its encoding with intake.encoding or send --encoding; check shows cells as they read in each`,
  MM345: (encoding: string) =>
    `The list is said to be ${encoding} and is UTF-8: its letters would come out garbled. Leave the encoding out, or say utf-8`,
  MM347: (suppressed: number, rows: number) =>
    `No recipient is left: the list's own column marks ${suppressed} of ${rows} rows as opted out. Upload a list of recipients who want the email`,
  MM348: (wanted: string, columns: readonly string[]) =>
    `The list has no column for opt-outs: intake.optOutColumn is ${aside(wanted, columns)}`,
  MM346: (said: string) =>
    `The upload's metadata mailmatrix-encoding is ${one(said)}. It must be a name of the WHATWG Encoding Standard, such as "windows-1252" or "shift_jis"`,
  MM350: (why: string) =>
    `The list is a workbook that cannot be read: ${one(why).slice(1, -1)}. Open it in a spreadsheet, save it again as .xlsx or as "CSV UTF-8", and upload that`,
  MM351: () =>
    'The list is a workbook that is encrypted with a password. Save it without the password, as .xlsx or as "CSV UTF-8", and upload that',
  MM352: () =>
    'The list is a workbook with macros, which can change what its cells say. Save it as "Excel Workbook (.xlsx)" or as "CSV UTF-8", and upload that',
  MM353: () =>
    'The list is a workbook with links to other workbooks, whose values may have changed. Break the links (in Excel: Data, Edit Links), or save it as "CSV UTF-8", and upload that',
  MM354: (sheets: readonly string[], wanted?: string) =>
    wanted === undefined
      ? `The list is a workbook with several sheets: ${quoted(sheets)}. Name the one that is the list with send --sheet or the upload's metadata mailmatrix-sheet, or hide or delete the others`
      : `The workbook has no sheet ${one(wanted)}, which the upload's metadata mailmatrix-sheet or send --sheet names. It has ${quoted(sheets)}`,
  MM355: (row: number) =>
    `Row ${row} of the sheet is hidden, by hand or by a filter. Say whether hidden rows are recipients, with send --hidden include or --hidden exclude or the upload's metadata mailmatrix-hidden; or unhide them and clear the filter, or delete them`,
  MM356: (what: string) =>
    `The list is a workbook that is too large: it has ${what}. Save it as "CSV UTF-8", and upload that`,
  MM357: (row: number, column: string, format: string) =>
    `In row ${row} of the sheet, the column ${one(column)} holds a number or a date in the format ${one(format)}, which spreadsheets show in the way of each computer's region. The template prints it, so make it text: fill a column with a formula such as =TEXT(B2,"yyyy-mm-dd") or =TEXT(B2,"0.00"), copy it, and paste it over as values; or save the sheet as "CSV UTF-8"`,
  MM358: (said: string) => `The upload's metadata mailmatrix-hidden is ${one(said)}. It must be "include" or "exclude"`,
  MM360: (what: string) =>
    `The manifest names no parts of a list: ${what}. It must be JSON such as {"entries":[{"url":"s3://bucket/key"}]}, with a part of the list in each entry`,
  MM361: (url: string, folder: string) =>
    `The manifest names ${one(url)}. The parts of this list must lie under ${folder}: put them there, and then the manifest`,
  MM362: (name: string) =>
    `The part ${one(name)} of the list cannot be read: it is not there, or S3 denies it. Put all parts there, and then the manifest once more`,
  MM363: (name: string) =>
    `The part ${one(name)} of the list is not what the manifest says: it was replaced, or changed after the manifest was uploaded. Put the manifest once more, with the parts as they are`,
  MM364: (column: number, { here, there, first }: { here?: string; there?: string; first: string }) =>
    `Its column ${column} is ${here === undefined ? 'not there' : one(here)}; in ${one(first)} it is ${there === undefined ? 'not there' : one(there)}. All parts of a list must have the same columns, in the same order`,
  MM321: (templates: readonly string[]) =>
    `Nothing says which template to send. There are ${quoted(templates)}; name one in the upload's metadata mailmatrix-template, in a template column or as the first folder, or set defaultTemplate`,
  MM322: (wanted: string, templates: readonly string[]) =>
    `The upload's metadata asks for the template ${one(wanted)}. There are ${quoted(templates)}`,
  MM323: (template: string, variables: readonly string[], columns: readonly string[]) =>
    `The template ${JSON.stringify(template)} uses ${quoted(variables)}, for which the list has no column. It has ${quoted(columns)}`,
  MM216: (at: string) => `There are no texts of a template under ${at}. Put subject.txt and body.html there`,
  MM217: (at: string) =>
    `The texts of a template under ${at} cannot be read: the bucket is gone, or S3 denies it to the plan function`,
  MM327: (said: string) =>
    `The upload's metadata mailmatrix-send-at is ${one(said)}. It is a time with its zone, such as "2026-12-01T08:00:00+01:00"`,
  MM328: (said: string) =>
    `The upload's metadata mailmatrix-send-at is ${one(said)}, more than a day before the upload. Upload the list again with a time to come, or without one`,
  MM329: (said: string) =>
    `The upload's metadata mailmatrix-send-at is ${one(said)}, more than 180 days after the upload. Upload the list nearer to that time`,
  MM331: () =>
    'The SES account may not send at present. See "Account dashboard" in the SES console for why, and upload the list again once that is solved',
  MM332: (identity: string, exists: boolean) =>
    exists
      ? `The sender identity ${identity} is not verified in SES. Publish its DNS records, or follow the link in the mail SES sent to it`
      : `The sender identity ${identity} does not exist in SES in this Region. Create and verify it`,
  MM333: (recipients: number, left: number) =>
    `The SES account is in the sandbox and may send to ${left} more recipients today; the list has ${recipients}. ${LEAVE_SANDBOX}`,
  MM334: (unverified: number, recipients: number) =>
    `The SES account is in the sandbox, where only verified recipients get mail: ${unverified} of ${recipients} recipients are not verified. ${LEAVE_SANDBOX}, or verify their addresses or domains as identities`,
  MM335: (reviewers: readonly string[]) =>
    `The test mails are for an address that this mailer sends no tests to. Allowed are ${owners(reviewers)}; reviewers of \`approval\` names others`,
  MM336: (limit: number) =>
    `The metadata mailmatrix-test-rows names no rows. Allowed are up to ${limit} numbers such as 1,5,9, or sample:3`,
  MM337: (rows: readonly number[]) =>
    `The list has no recipient in the rows ${rows.join(', ')} that are to be tested. 1 is the first after the header; invalid and duplicate rows have no mail`,
  MM338: (recipients: number, limit: number) =>
    `The list has ${recipients} recipients, monitoring.maxRecipientsPerCampaign allows ${limit}. If it is the right list, split it, or raise the limit and deploy`,
  MM340: (length: number, least: number) =>
    `The key of the links in email has ${length} characters, and at least ${least} are required: a guessed key could unsubscribe recipients. Give the mailer's secret a new key, as docs/consent.md says, and upload the list again`,
} as const;

const LEAVE_SANDBOX = 'Ask for production access on the "Account dashboard" of the SES console';

export type ListRejectionCode = keyof typeof LIST_REJECTIONS;
/** A list with a template from the bucket may also be rejected for what synth would have found. */
type AnyRejectionCode = ListRejectionCode | keyof typeof TEMPLATE_ERRORS;

/** Errors of single rows, which go to the invalid-rows file. Only that file contains more than codes and counts. */
export const ROW_ERRORS = {
  MM401: 'the row has fewer cells than the list has columns',
  MM403: 'the address is missing',
  MM404: 'the address is not valid',
  MM405: 'the address has letters outside ASCII before the @, which SES does not deliver to',
  MM406: 'the address is longer than 320 characters',
  MM407: 'the template column names no template',
  MM408: 'a column that the template needs is empty',
  MM409: 'the recipient key column is empty',
  MM410: 'the row belongs to another campaign',
  MM411: 'a column that the template links to holds no http, https or mailto address, or no host',
  MM412: 'a column that the template prints holds an error of a spreadsheet, such as #N/A',
  MM413: 'a column that the template prints holds the sign for letters that were lost (U+FFFD)',
  MM414: 'a cell holds a line break and what looks like another row',
  MM415: 'a column that the template prints holds a formula that was not calculated when the sheet was saved',
  MM431: 'a column that the template prints in CSS holds no color, number, name, font list or web address',
  MM432: 'the From name has more than 100 characters, a control character, or an error of a spreadsheet',
  MM433: 'the Reply-To address is not valid',
  MM437: 'the tenant column holds no name of an SES tenant: 1 to 64 letters, digits, "-" and "_"',
  MM434: 'the subject has more than 989 octets, which with "Subject: " is the longest line that email allows',
  MM435: 'a column that the template formats holds no number or date that can be read in one way only',
  MM436: 'the subject or the whole body would be empty',
} as const;

export type RowErrorCode = keyof typeof ROW_ERRORS;

/** Not an error: the list marks the row as opted out. */
export const BY_LIST = { code: 'MM421', reason: 'by_list' } as const;

/** Not an error: the row repeats an earlier recipient. */
export const DUPLICATE = { code: 'MM420', reason: 'an earlier row is for the same recipient' } as const;

/** Example cells as decoded by one or more encodings. */
export interface EncodingReading {
  /** Encodings with the same result, the most usual first. */
  readonly encodings: readonly string[];
  readonly examples: readonly string[];
}

/** Ends the plan. Any other error is a bug or an outage, not the list's fault. */
export class ListRejected extends Error {
  constructor(
    readonly code: AnyRejectionCode,
    readonly says: string,
    /** Example cells of a list with an unknown encoding. Personal data: must not appear in alerts or logs. */
    readonly readings?: readonly EncodingReading[],
  ) {
    super(`${code}: ${says}`);
  }
}

/** Adds the part's name to a rejection. */
export const inPart = (name: string, { code, says, readings }: ListRejected): ListRejected =>
  new ListRejected(code, `In the part ${one(name)}: ${says}`, readings);

/** Creates a rejection with the text of its code. */
export function rejectList<C extends ListRejectionCode>(
  code: C,
  ...about: Parameters<(typeof LIST_REJECTIONS)[C]>
): ListRejected {
  const say = LIST_REJECTIONS[code] as (...about: unknown[]) => string;
  return new ListRejected(code, say(...about));
}
