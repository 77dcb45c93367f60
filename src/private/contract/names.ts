/** Names that handlers, files, uploads and notices share. */

/** Version of payloads, shards, ledger records and reports. */
export const FORMAT = 1;

/** The functions, each a folder of `lambda-src/functions/` and of `assets/`. */
export const FUNCTION_NAMES = [
  ...(['register', 'plan', 'send', 'settle', 'report', 'track', 'consent', 'rotate', 'review', 'approval'] as const),
] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** Environment variables of the handlers. */
export const ENV = {
  bucket: 'MAILMATRIX_BUCKET',
  ledger: 'MAILMATRIX_LEDGER',
  configurationSet: 'MAILMATRIX_CONFIGURATION_SET',
  topics: 'MAILMATRIX_TOPICS',
  /** JSON of `Subscribers`. Absent for mailers deployed before it existed. */
  subscribers: 'MAILMATRIX_AUDIENCE',
  /** ARN of the owner's event bus. Absent without one. */
  eventBus: 'MAILMATRIX_EVENT_BUS',
  settings: 'MAILMATRIX_SETTINGS',
  /** Value of the metrics' dimension `Mailer`. */
  mailer: 'MAILMATRIX_MAILER',
  /** Account, Region and outermost stack of the mailer. */
  holder: 'MAILMATRIX_HOLDER',
  /** ARN of the secret of unsubscribe links. */
  linkSecret: 'MAILMATRIX_LINK_SECRET',
  /** URL that unsubscribe links start with. */
  consentUrl: 'MAILMATRIX_CONSENT_URL',
  /** URL that approval links start with, and ARN of their secret. Absent without approval. */
  approvalUrl: 'MAILMATRIX_APPROVAL_URL',
  approvalSecret: 'MAILMATRIX_APPROVAL_SECRET',
  templatesBucket: 'MAILMATRIX_TEMPLATES_BUCKET',
  templatesKey: 'MAILMATRIX_TEMPLATES_KEY',
  /**
   * Values that the templates document could not contain at synth, by placeholder, as JSON. Absent if there are none.
   */
  deployTimeValues: 'MAILMATRIX_LATER_VALUES',
  /** Key in the templates bucket. Absent if no template has attachments. */
  attachmentsKey: 'MAILMATRIX_ATTACHMENTS_KEY',
  /** Buckets that Plan reads templates from, as JSON. Documents refer to them by index. */
  templateBuckets: 'MAILMATRIX_TEMPLATE_BUCKETS',
} as const;

/** An entry of MAILMATRIX_TOPICS: a topic for everything, or for some kinds of notice. */
export type NoticeTarget = string | { readonly arn: string; readonly kinds: readonly string[] };

/** The kinds of alerts that need a subscriber. */
export const HEARD_KINDS = ['report', 'alarm'] as const;
export type HeardKind = (typeof HEARD_KINDS)[number];

/**
 * MAILMATRIX_AUDIENCE: the topics that carry a kind. `others` is the maximum number of subscriptions that filter it
 * out.
 */
export type Subscribers = {
  readonly [kind in HeardKind]: readonly { readonly arn: string; readonly others?: number }[];
};

/** Names in the bucket. */
export const LAYOUT = {
  /** Prefix of lists, unless `intake.prefix` sets another. */
  intake: 'campaigns/',
  /** Prefix of drafts, unless `intake.draftsPrefix` sets another. */
  drafts: 'drafts/',
  /** Files of runs: `reports/<mailer>/<campaign>/<run>/`. */
  reports: 'reports/',
  /** Parts of lists: `parts/<prefix><list>/`. Only their manifest under the prefix starts a run. */
  parts: 'parts/',
  /** Step Functions' results of the maps: `maps/<mailer>/`. */
  maps: 'maps/',
  /** Markers that record which mailer owns a prefix: `mailers/<prefix>marker.json`. */
  markers: 'mailers/',
  snapshot: 'snapshot.json',
  /** Attachments in base64, by SHA-256. */
  attachments: 'attachments/',
  plan: 'plan.json',
  shardList: 'shards.jsonl',
  shards: 'shards/',
  skipped: 'skipped.jsonl',
  outcomes: 'outcomes/',
  invalid: 'invalid.csv',
  samples: 'samples/',
  results: 'results.csv',
  retry: 'retry.csv',
  inDoubt: 'in-doubt.csv',
  summary: 'summary.json',
  page: 'report.html',
  /** Sample recipients for approvers. */
  sampleRows: 'sample-rows.json',
  /** The recipients whose email a reviewer gets, and the results. */
  test: 'test.json',
  testResult: 'test-result.json',
} as const;

/** Maximum recipients of a shard. One send worker reads a whole shard into memory. */
export const SHARD_RECIPIENTS = 1000;

/** The default name of a mailer. */
export const DEFAULT_MAILER = 'mailer';

/** Returns the reports folder of a mailer, by its name. */
export const reportsOf = (mailer: string): string => `${LAYOUT.reports}${mailer}/`;

/** Returns the folder of Step Functions' map results of a mailer. */
export const mapsOf = (mailer: string): string => `${LAYOUT.maps}${mailer}/`;

/** Returns the folder of list parts whose manifests are under a prefix. */
export const partsUnder = (prefix: string): string => `${LAYOUT.parts}${prefix}`;

/** Returns the key of the marker that records which mailer owns a prefix. */
export const markerOf = (prefix: string): string => `${LAYOUT.markers}${prefix}marker.json`;

/** Object metadata an upload may carry (`x-amz-meta-…`). */
export const METADATA = {
  template: 'mailmatrix-template',
  /**
   * The campaign that a further list continues, `<mailer>/<name>`, percent-encoded. The column `mailmatrix_campaign` of
   * the list takes precedence.
   */
  campaign: 'mailmatrix-campaign',
  sendAt: 'mailmatrix-send-at',
  /** For a draft: the reviewer who gets test emails, and their rows: `1,5,9` or `sample:3`. */
  testTo: 'mailmatrix-test-to',
  testRows: 'mailmatrix-test-rows',
  /** Settings for reading this list that override the mailer's. */
  encoding: 'mailmatrix-encoding',
  emailColumn: 'mailmatrix-email-column',
  acceptRowsInCells: 'mailmatrix-accept-rows-in-cells',
  /**
   * For a workbook: the sheet that contains the list, percent-encoded; and the treatment of hidden rows: `include` or
   * `exclude`.
   */
  sheet: 'mailmatrix-sheet',
  hidden: 'mailmatrix-hidden',
} as const;

/**
 * Columns that MailMatrix adds to the CSV files it writes. Plan reads `campaign`, and `claim` for a resend, and ignores
 * the others.
 */
export const RESERVED_COLUMN_PREFIX = 'mailmatrix_';
export const RESERVED_COLUMNS = {
  campaign: 'mailmatrix_campaign',
  claim: 'mailmatrix_claim',
  row: 'mailmatrix_row',
  line: 'mailmatrix_line',
  part: 'mailmatrix_part',
  code: 'mailmatrix_code',
  reason: 'mailmatrix_reason',
} as const;

/** Tags of every email. The first two are the key of its ledger record. */
export const TAGS = {
  recipient: 'mailmatrix_recipient',
  campaign: 'mailmatrix_campaign',
  run: 'mailmatrix_run',
  claim: 'mailmatrix_claim',
} as const;

/**
 * The rates from which SES puts an account under review:
 * https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-intro.html
 */
export const SES_REVIEWS_AT = { bouncePercent: 5, complaintPercent: 0.1 } as const;

/**
 * Bytes of HTML from which Gmail clips an email. Google publishes no number; senders measured this one:
 * https://github.com/hteumeuleu/email-bugs/issues/41
 */
export const GMAIL_CLIPS_AT = 102 * 1024;

/** The encodings of a list: names of the WHATWG Encoding Standard. */
export const LIST_ENCODINGS = [
  ...(['utf-8', 'utf-16le', 'utf-16be', 'windows-1250', 'windows-1251', 'windows-1252', 'windows-1253'] as const),
  ...(['windows-1254', 'windows-1255', 'windows-1256', 'windows-1257', 'windows-1258', 'windows-874'] as const),
  ...(['iso-8859-2', 'iso-8859-3', 'iso-8859-4', 'iso-8859-5', 'iso-8859-6', 'iso-8859-7', 'iso-8859-8'] as const),
  ...(['iso-8859-8-i', 'iso-8859-10', 'iso-8859-13', 'iso-8859-14', 'iso-8859-15', 'iso-8859-16', 'koi8-r'] as const),
  ...(['koi8-u', 'macintosh', 'x-mac-cyrillic', 'ibm866', 'gbk', 'gb18030', 'big5', 'euc-jp', 'iso-2022-jp'] as const),
  ...(['shift_jis', 'euc-kr'] as const),
] as const;
export type ListEncodingName = (typeof LIST_ENCODINGS)[number];

/**
 * Outcomes of a row, in the order of reports. A run's counts add up over them. `lambda-src/domain/outcomes.ts` defines
 * each.
 */
export const OUTCOMES = [
  'sent',
  'already_sent',
  'refused',
  'invalid',
  'duplicate',
  'suppressed',
  'in_doubt',
  'not_attempted',
] as const;
export type Outcome = (typeof OUTCOMES)[number];
export type Counts = Record<Outcome, number>;
/** Outcomes that Plan assigns to a row that does not become a recipient. */
export type SkippedOutcome = Extract<Outcome, 'invalid' | 'duplicate' | 'suppressed'>;
