import { type Column, columnsNamed } from '../columns';
import type { Header } from '../header';
import { trimCell } from '../trim';

/** A column in which an email or CRM product marks opt-outs. */
interface OptOutColumn {
  readonly column: string;
  /** Values that mean an opt-out. `anything` means any non-empty cell, such as a time. */
  readonly says: readonly string[] | 'anything';
  /** Other columns of the product. At least one must be present; otherwise the column may belong to another product. */
  readonly beside: readonly string[];
}

const YES = ['true', 'yes', '1', 'y', 'x', 'checked'];
const NO = ['false', 'no', '0', 'n'];
const PINPOINT = ['ChannelType', 'User.UserId', 'Demographic.Timezone'];
const MAILCHIMP = ['LEID', 'EUID', 'MEMBER_RATING', 'OPTIN_TIME', 'unique_email_id'];
const SHOPIFY = ['Accepts SMS Marketing', 'Total Spent', 'Total Orders', 'Tax Exempt'];
const SALESFORCE = ['Contact ID', 'Lead ID', 'Account Name', 'Contact Owner', 'Lead Owner', 'Account ID', 'AccountId'];
const HUBSPOT = [
  'Record ID',
  'Record ID - Contact',
  'Lifecycle Stage',
  'Contact owner',
  'Portal Bounce',
  'Global Bounce',
];

/** docs/lists.md lists the sources. */
const PRODUCTS: readonly OptOutColumn[] = [
  { column: 'OptOut', says: ['all'], beside: PINPOINT },
  { column: 'EndpointStatus', says: ['inactive'], beside: PINPOINT },
  { column: 'UNSUB_TIME', says: 'anything', beside: MAILCHIMP },
  { column: 'CLEAN_TIME', says: 'anything', beside: MAILCHIMP },
  { column: 'Status', says: ['unsubscribed', 'cleaned'], beside: MAILCHIMP },
  { column: 'Accepts Email Marketing', says: NO, beside: SHOPIFY },
  { column: 'Accepts Marketing', says: NO, beside: SHOPIFY },
  { column: 'Email Opt Out', says: YES, beside: SALESFORCE },
  { column: 'HasOptedOutOfEmail', says: YES, beside: [...SALESFORCE, 'Id'] },
  { column: 'Unsubscribed from all email', says: YES, beside: HUBSPOT },
  { column: 'Portal Unsubscribe', says: YES, beside: HUBSPOT },
];

/** An opt-out column set by the owner, and its values for an opt-out. */
export interface OptOutSetting {
  readonly column: string;
  readonly values: readonly string[];
}

/** Returns a function that tells whether a row is marked as opted out. Undefined if the list has no such column. */
export function optOutsOf(
  { columns }: Pick<Header, 'columns'>,
  named?: OptOutSetting,
): ((cells: readonly string[]) => boolean) | undefined {
  const find = (name: string) => columnsNamed(columns, name);
  const known = PRODUCTS.filter(({ beside }) => beside.some((name) => find(name).length > 0));
  const all = [...known, ...(named ? [{ column: named.column, says: named.values }] : [])];
  const rules = all.flatMap(({ column, says }) => find(column).map((one) => ruleOf(one, says)));
  return rules.length === 0 ? undefined : (cells) => rules.some((rule) => rule(cells));
}

function ruleOf({ index }: Column, says: OptOutColumn['says']): (cells: readonly string[]) => boolean {
  const words = says === 'anything' ? undefined : new Set(says.map((word) => word.trim().toLowerCase()));
  return (cells) => {
    const cell = trimCell(cells[index] ?? '').toLowerCase();
    return words ? words.has(cell) : cell !== '';
  };
}
