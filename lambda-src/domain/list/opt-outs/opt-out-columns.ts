import { type Column, columnsNamed } from '../columns';
import type { Header } from '../header';
import { trimCell } from '../trim';

/** A column in which an email or CRM product marks opt-outs. */
interface OptOutColumn {
  readonly column: string;
  /** Values that mean an opt-out. `anything` means any non-empty cell, such as a time. */
  readonly values: readonly string[] | 'anything';
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
  { column: 'OptOut', values: ['all'], beside: PINPOINT },
  { column: 'EndpointStatus', values: ['inactive'], beside: PINPOINT },
  { column: 'UNSUB_TIME', values: 'anything', beside: MAILCHIMP },
  { column: 'CLEAN_TIME', values: 'anything', beside: MAILCHIMP },
  { column: 'Status', values: ['unsubscribed', 'cleaned'], beside: MAILCHIMP },
  { column: 'Accepts Email Marketing', values: NO, beside: SHOPIFY },
  { column: 'Accepts Marketing', values: NO, beside: SHOPIFY },
  { column: 'Email Opt Out', values: YES, beside: SALESFORCE },
  { column: 'HasOptedOutOfEmail', values: YES, beside: [...SALESFORCE, 'Id'] },
  { column: 'Unsubscribed from all email', values: YES, beside: HUBSPOT },
  { column: 'Portal Unsubscribe', values: YES, beside: HUBSPOT },
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
  const all = [...known, ...(named ? [{ column: named.column, values: named.values }] : [])];
  const rules = all.flatMap(({ column, values }) => find(column).map((one) => ruleOf(one, values)));
  return rules.length === 0 ? undefined : (cells) => rules.some((rule) => rule(cells));
}

function ruleOf({ index }: Column, values: OptOutColumn['values']): (cells: readonly string[]) => boolean {
  const words = values === 'anything' ? undefined : new Set(values.map((word) => word.trim().toLowerCase()));
  return (cells) => {
    const cell = trimCell(cells[index] ?? '').toLowerCase();
    return words ? words.has(cell) : cell !== '';
  };
}
