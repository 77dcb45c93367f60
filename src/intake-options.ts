import type { Size } from 'aws-cdk-lib';
import type { CampaignIdentity } from './campaign-identity';
import type { ListEncoding } from './list-encoding';

/** Options for recipient lists. */
export interface IntakeOptions {
  /**
   * The folder of the bucket for lists: CSV files or workbooks (`.xlsx`). Every object under it starts a run. Must
   * end with a slash.
   *
   * @default 'campaigns/'
   */
  readonly prefix?: string;

  /**
   * The folder of the bucket for drafts. A draft is checked and reported with three rendered samples, and nothing is
   * sent. Must end with a slash.
   *
   * @default 'drafts/'
   */
  readonly draftsPrefix?: string;

  /**
   * The encoding of lists without a byte order mark. The upload's metadata `mailmatrix-encoding` overrides it for one
   * list.
   *
   * @default - UTF-8, or UTF-16 where detected. Other bytes are read as Windows-1252 if every possible encoding reads
   * the same, or if at least 20 letters are where western names have them; the report mentions it. Otherwise the list
   * is rejected (MM344)
   */
  readonly encoding?: ListEncoding;

  /**
   * The delimiter between cells: `,`, `;`, a tab or `|`.
   *
   * @default - detected from the header
   */
  readonly delimiter?: string;

  /**
   * The name of the address column. The upload's metadata `mailmatrix-email-column` overrides it for one list.
   *
   * @default - the column with a usual name in a supported language; else the only one that holds addresses
   */
  readonly emailColumn?: string;

  /**
   * Whether a cell may contain lines that look like rows of the list. By default such a list is rejected (MM343),
   * because the usual cause is a stray quotation mark that hides recipients inside the cell.
   *
   * @default false
   */
  readonly acceptRowsInCells?: boolean;

  /**
   * The name of a column that marks opted-out recipients, such as `Status` or `Do not disturb`. Recipients of such
   * rows are suppressed with the reason `by_list`, unless the template is transactional; nothing is stored. A list
   * without the column is rejected (MM348). Set `optOutValues` as well.
   *
   * @default - columns of well-known products, as docs/lists.md lists them
   */
  readonly optOutColumn?: string;

  /**
   * The values of `optOutColumn` that mean "no email", such as `['unsubscribed', 'bounced']`. Case-insensitive.
   *
   * @default - none; required with `optOutColumn`
   */
  readonly optOutValues?: string[];

  /**
   * The name of a column that holds each row's template.
   *
   * @default - the template is selected by the upload's metadata, the folder or `defaultTemplate`
   */
  readonly templateColumn?: string;

  /**
   * The name of a column that holds each row's language, such as `de` or `pt-BR`. A row whose template has texts in
   * that language gets them. Without texts in `pt-BR` it gets those in `pt`, else the template's own; the report
   * counts how many did.
   *
   * @default - every row gets the template's own texts
   */
  readonly localeColumn?: string;

  /**
   * The name of a column that holds each row's From name, such as the name of a customer's advisor. The From address
   * stays the template's. A name of more than 100 characters, or with a control character or a spreadsheet's error,
   * makes its row invalid (MM432).
   *
   * @default - the name in the template's From address, also for an empty cell or a list without the column
   */
  readonly fromNameColumn?: string;

  /**
   * The name of a column that holds each row's Reply-To address, with or without a name. A cell that is no address
   * makes its row invalid (MM433).
   *
   * @default - the template's Reply-To addresses, also for an empty cell or a list without the column
   */
  readonly replyToColumn?: string;

  /**
   * The name of a column that holds the SES tenant of each row, for lists of many customers. The tenants must exist,
   * and the mailer's identity and `configurationSet` must be associated with each. Rows of a tenant that SES has paused
   * are not sent, and the others continue. A cell that is no name of a tenant makes its row invalid (MM437).
   *
   * @default - `tenant`, also for an empty cell; without `tenant`, a row with an empty cell is invalid
   */
  readonly tenantColumn?: string;

  /**
   * The name of a column that identifies a recipient together with the address, for people who share a mailbox.
   * Recipients with the same address and key get one email.
   *
   * @default - the address alone
   */
  readonly recipientKeyColumn?: string;

  /**
   * The rule that decides which uploads belong to the same campaign.
   *
   * @default CampaignIdentity.byKey()
   */
  readonly identity?: CampaignIdentity;

  /**
   * Whether a campaign keeps its original recipient key after a change of `recipientKeyColumn`, `identity` or the
   * package's address folding. With the new key every recipient would be new to the campaign and get the email again,
   * so by default such a list is rejected. Campaigns that have not sent anything use the current settings.
   *
   * @default false
   */
  readonly keepCampaignKey?: boolean;

  /**
   * The maximum number of rows of a list. Longer lists are rejected.
   *
   * @default 10000000
   */
  readonly maxRows?: number;

  /**
   * The maximum size of a list. Larger lists are rejected.
   *
   * @default Size.gibibytes(5)
   */
  readonly maxSize?: Size;

  /**
   * The maximum share of invalid rows in a list, in percent. A list above it is rejected as a whole.
   *
   * @default 5
   */
  readonly maxInvalidPercent?: number;

  /**
   * Whether the bucket policy restricts uploads. Only principals with `grantUpload` or `grantOperate` can then upload
   * lists and drafts, and only the mailer can write the files that a run sends from, whatever other policies allow. A
   * principal that can deploy can still change the policy. Requires the mailer's own bucket, or one in the same
   * stack.
   *
   * @default false
   */
  readonly restrictUploads?: boolean;
}
