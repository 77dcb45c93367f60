/** Names and words that handlers, files, uploads and messages have in common. */

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
  /** Whom the report looks for; absent of mailers deployed before it did. */
  subscribers: 'MAILMATRIX_AUDIENCE',
  /** ARN of the owner's bus; absent where there is none. */
  eventBus: 'MAILMATRIX_EVENT_BUS',
  settings: 'MAILMATRIX_SETTINGS',
  /** What the mailer's metrics are known by. */
  mailer: 'MAILMATRIX_MAILER',
  /** Account, Region and outermost stack of the mailer. */
  holder: 'MAILMATRIX_HOLDER',
  /** ARN of the secret of the links in mail. */
  linkSecret: 'MAILMATRIX_LINK_SECRET',
  /** Where links in mail lead. */
  consentUrl: 'MAILMATRIX_CONSENT_URL',
  /** Where approvers' links lead, and ARN of their secret; absent where nobody approves. */
  approvalUrl: 'MAILMATRIX_APPROVAL_URL',
  approvalSecret: 'MAILMATRIX_APPROVAL_SECRET',
  templatesBucket: 'MAILMATRIX_TEMPLATES_BUCKET',
  templatesKey: 'MAILMATRIX_TEMPLATES_KEY',
  /** What the document of the templates could not know at synth, by the place that stands in it, as JSON; absent where it knew all. */
  deployTimeValues: 'MAILMATRIX_LATER_VALUES',
  /** In the bucket of the templates; absent where no template attaches anything. */
  attachmentsKey: 'MAILMATRIX_ATTACHMENTS_KEY',
  /** Buckets that Plan reads templates from, as JSON; documents name them by their place. */
  templateBuckets: 'MAILMATRIX_TEMPLATE_BUCKETS',
} as const;

/** An entry of MAILMATRIX_TOPICS: a topic of everything, or of some kinds of notice. */
export type NoticeTarget = string | { readonly arn: string; readonly kinds: readonly string[] };

/** What somebody should hear of. */
export const HEARD_KINDS = ['report', 'alarm'] as const;
export type HeardKind = (typeof HEARD_KINDS)[number];

/** MAILMATRIX_AUDIENCE: the topics that carry a kind. `others` is how many subscriptions there may be that filter it out. */
export type Subscribers = {
  readonly [kind in HeardKind]: readonly { readonly arn: string; readonly others?: number }[];
};

/** Names in the bucket. */
export const LAYOUT = {
  /** Where lists are put, unless `intake.prefix` says otherwise. */
  intake: 'campaigns/',
  /** Where lists are put that are to be looked at only, unless `intake.draftsPrefix` says otherwise. */
  drafts: 'drafts/',
  /** The files of runs: `reports/<mailer>/<campaign>/<run>/`. */
  reports: 'reports/',
  /** Parts of lists, under their prefix: `parts/<prefix><list>/`. They start nothing; the manifest under the prefix does. */
  parts: 'parts/',
  /** Step Functions' own results of the maps: `maps/<mailer>/`. */
  maps: 'maps/',
  /** Whose a prefix is: `mailers/<prefix>marker.json`. */
  markers: 'mailers/',
  snapshot: 'snapshot.json',
  /** By SHA-256, in base64. */
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
  /** Recipients that stand for the list, for those who approve it. */
  sampleRows: 'sample-rows.json',
  /** Whose mail a reviewer gets, and what became of it. */
  test: 'test.json',
  testResult: 'test-result.json',
} as const;

/** Recipients of a shard, at most. It is read into memory, and is what one send worker works on. */
export const SHARD_RECIPIENTS = 1000;

/** The name of a mailer that is given none. */
export const DEFAULT_MAILER = 'mailer';

/** The reports of one mailer, by its name. */
export const reportsOf = (mailer: string): string => `${LAYOUT.reports}${mailer}/`;

/** Step Functions' results of one mailer's maps. */
export const mapsOf = (mailer: string): string => `${LAYOUT.maps}${mailer}/`;

/** Where the parts of lists lie that have their manifest under a prefix. */
export const partsUnder = (prefix: string): string => `${LAYOUT.parts}${prefix}`;

/** The object that says whose a prefix is. */
export const markerOf = (prefix: string): string => `${LAYOUT.markers}${prefix}marker.json`;

/** Object metadata an upload may carry (`x-amz-meta-…`). */
export const METADATA = {
  template: 'mailmatrix-template',
  /** The campaign that a further list continues, `<mailer>/<name>`, percent-encoded; a column of ours in the list says it first. */
  campaign: 'mailmatrix-campaign',
  sendAt: 'mailmatrix-send-at',
  /** Of a draft: a reviewer who gets mails of it; and which: `1,5,9` or `sample:3`. */
  testTo: 'mailmatrix-test-to',
  testRows: 'mailmatrix-test-rows',
  /** How this list is to be read, where that is not what the mailer says. */
  encoding: 'mailmatrix-encoding',
  emailColumn: 'mailmatrix-email-column',
  acceptRowsInCells: 'mailmatrix-accept-rows-in-cells',
  /** Of a workbook: the sheet that is the list, percent-encoded; and what becomes of hidden rows: `include` or `exclude`. */
  sheet: 'mailmatrix-sheet',
  hidden: 'mailmatrix-hidden',
} as const;

/** Columns of ours in the CSV files we write. Plan reads `campaign`, and `claim` of a resend; it lets the others pass. */
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

/** Tags on every message. The first two are the key of its ledger record. */
export const TAGS = {
  recipient: 'mailmatrix_recipient',
  campaign: 'mailmatrix_campaign',
  run: 'mailmatrix_run',
  claim: 'mailmatrix_claim',
} as const;

/** From which on SES puts an account under review: https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-intro.html */
export const SES_REVIEWS_AT = { bouncePercent: 5, complaintPercent: 0.1 } as const;

/** Bytes of HTML from which on Gmail clips an email; Google gives no number, senders measure this. */
export const GMAIL_CLIPS_AT = 102 * 1024;

/** What the bytes of a list may mean: the names of the WHATWG Encoding Standard. */
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
 * How a row ended: the names in reports, in their order there. The counts of a run add up over them. What each means is the
 * table in `lambda-src/domain/outcomes.ts`.
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
/** Outcomes that Plan gives to a row that becomes no recipient. */
export type SkippedOutcome = Extract<Outcome, 'invalid' | 'duplicate' | 'suppressed'>;
