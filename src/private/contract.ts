/**
 * What the constructs and the handlers agree on: environment names, payloads, formats, names in the bucket.
 * Handlers import this file, never the reverse. Everything here is public in effect: stacks are deployed in
 * mid-campaign and files stay in buckets for years, so a change of a format is a new FORMAT that handlers read beside the last.
 */

/** Version of payloads, shards, ledger records and reports. */
export const FORMAT = 1;

/** Environment variables of the handlers. */
export const ENV = {
  bucket: 'MAILMATRIX_BUCKET',
  ledger: 'MAILMATRIX_LEDGER',
  configurationSet: 'MAILMATRIX_CONFIGURATION_SET',
  topics: 'MAILMATRIX_TOPICS',
  /** Whom the report looks for; absent of mailers deployed before it did. */
  audience: 'MAILMATRIX_AUDIENCE',
  /** ARN of the owner's bus; absent where there is none. */
  eventBus: 'MAILMATRIX_EVENT_BUS',
  settings: 'MAILMATRIX_SETTINGS',
  /** What the mailer's metrics are known by. */
  mailer: 'MAILMATRIX_MAILER',
  /** ARN of the secret that links in mail are signed with. */
  linkSecret: 'MAILMATRIX_LINK_SECRET',
  /** Where links in mail lead. */
  consentUrl: 'MAILMATRIX_CONSENT_URL',
  /** Where approvers' links lead, and ARN of the secret that they are signed with; absent where nobody approves. */
  approvalUrl: 'MAILMATRIX_APPROVAL_URL',
  approvalSecret: 'MAILMATRIX_APPROVAL_SECRET',
  templatesBucket: 'MAILMATRIX_TEMPLATES_BUCKET',
  templatesKey: 'MAILMATRIX_TEMPLATES_KEY',
  /** What the document of the templates could not know at synth, by the place that stands in it, as JSON; absent where it knew all. */
  laterValues: 'MAILMATRIX_LATER_VALUES',
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
export type Audience = {
  readonly [kind in HeardKind]: readonly { readonly arn: string; readonly others?: number }[];
};

/** Names in the bucket. */
export const LAYOUT = {
  /** Where lists are put, unless `intake.prefix` says otherwise. */
  intake: 'campaigns/',
  /** Where lists are put that are to be looked at only, unless `intake.draftsPrefix` says otherwise. */
  drafts: 'drafts/',
  /** Where a run's files lie: `reports/<campaign>/<run>/`. */
  reports: 'reports/',
  /** Step Functions' own results of the maps. */
  maps: 'maps/',
  pinned: 'pinned.json',
  /** By SHA-256, in base64. */
  attachments: 'attachments/',
  plan: 'plan.json',
  shardList: 'shards.jsonl',
  shards: 'shards/',
  skipped: 'skipped.jsonl',
  outcomes: 'outcomes/',
  rejected: 'rejected.csv',
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

/** Object metadata an upload may carry (`x-amz-meta-…`). */
export const METADATA = {
  template: 'mailmatrix-template',
  sendAt: 'mailmatrix-send-at',
  /** Of a draft: a reviewer who gets mails of it; and which: `1,5,9` or `sample:3`. */
  testTo: 'mailmatrix-test-to',
  testRows: 'mailmatrix-test-rows',
} as const;

/** Columns of ours in the CSV files we write. Plan reads `campaign` and lets the others pass. */
export const RESERVED_COLUMN_PREFIX = 'mailmatrix_';
export const RESERVED_COLUMNS = {
  campaign: 'mailmatrix_campaign',
  row: 'mailmatrix_row',
  line: 'mailmatrix_line',
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

/** What the bytes of a list may mean. */
export const LIST_ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type ListEncodingName = (typeof LIST_ENCODINGS)[number];

/** How a row ended. The names in reports; the counts of a run add up over them. */
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

/** What the owner set, for the handlers: MAILMATRIX_SETTINGS. */
export interface Settings {
  readonly v: typeof FORMAT;
  readonly intake: {
    readonly prefix: string;
    /** Lists under it are planned and not sent. */
    readonly draftsPrefix?: string;
    readonly encoding?: ListEncodingName;
    readonly delimiter?: string;
    readonly emailColumn?: string;
    readonly templateColumn?: string;
    readonly localeColumn?: string;
    readonly recipientKeyColumn?: string;
    readonly byUpload?: boolean;
    readonly maxRows: number;
    readonly maxBytes: number;
    readonly maxInvalidPercent: number;
  };
  readonly rate: {
    readonly maxPerSecond?: number;
    readonly accountShare: number;
    readonly window?: WindowSettings;
  };
  /** Absent of what was pinned before there were any: their defaults. */
  readonly brakes?: {
    /** Recipients of a list. */
    readonly maxRecipients?: number;
    /** Of a stretch of messages; 100 never pauses. */
    readonly maxRefusedPercent?: number;
  };
  readonly inDoubt: 'hold' | 'resend';
  /** Days after a campaign's last run at which its name closes. */
  readonly closesAfterDays: number;
  /** Whom test mails may go to: addresses, and domains with an `@` before them; lower case. */
  readonly reviewers?: readonly string[];
  /** Nothing is sent before one of them approves. */
  readonly approval?: ApprovalSettings;
  readonly consent?: ConsentSettings;
  readonly tracking?: TrackingSettings;
}

export interface ApprovalSettings {
  readonly approvers: readonly string[];
  readonly timeoutSeconds: number;
}

/** When mail may go out, as the clocks of a place show it. */
export interface WindowSettings {
  /** Minutes of the day; one that closes earlier than it opens goes past midnight. */
  readonly opens: number;
  readonly closes: number;
  /** Of the IANA time zone database. */
  readonly timeZone: string;
  /** On which it opens; 0 is Sunday. */
  readonly days: readonly number[];
}

export interface ConsentSettings {
  /** Beside the link, in `List-Unsubscribe`. */
  readonly mailto?: string;
  /** What leads to the link at the end of a body that has none, by language; `''` is any other. Absent: nothing is added. */
  readonly footer?: { readonly [language: string]: string };
  /** Whose list SES looks into, and for what. */
  readonly suppression?: SuppressionSettings;
}

export interface SuppressionSettings {
  readonly by: 'account' | 'configuration_set' | 'nobody';
  /** Of a configuration set: SES's own names. */
  readonly reasons?: readonly string[];
}

/** A topic as recipients see it. */
export interface TopicDocument {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
}

/** `page.json` beside the consent function: what its pages say, and how they look. */
export interface ConsentPageDocument {
  readonly v: typeof FORMAT;
  /** Who the mail is from, as a reader knows them; empty where synth does not know. */
  readonly sender: string;
  /** For those who ask for none that there are words in. */
  readonly language: string;
  /** The owner's, in Mustache. */
  readonly template?: string;
  /** The owner's words by language. */
  readonly texts?: { readonly [language: string]: { readonly [name: string]: string } };
  readonly topics: readonly TopicDocument[];
}

export interface TrackingSettings {
  /** How long after its end a run is reported again; 0 is never. */
  readonly periodSeconds: number;
  readonly maxBouncePercent: number;
  readonly maxComplaintPercent: number;
  /** Messages that a campaign is judged as having, if it has fewer. */
  readonly breakerMinimum: number;
  readonly addressesInEvents?: boolean;
  /** Whether they are learnt of. */
  readonly opens?: boolean;
  readonly clicks?: boolean;
}

/**
 * A template as it is pinned in a run's folder and as the asset holds it: partials, styles and preheader are in its
 * bodies already. A language variant is a template of its own, named `welcome/pt-BR`.
 */
export interface TemplateDocument {
  readonly subject: string;
  /** For previews; the HTML has it. */
  readonly preheader?: string;
  readonly html?: string;
  readonly text?: string;
  /** How each value of the HTML is written, a letter a value: `lambda-src/core/escape.ts`. Absent: as text. */
  readonly htmlContexts?: string;
  /** The same of a text body that was made from the HTML. */
  readonly textContexts?: string;
  /** What a column says where its cell is empty or the list lacks it. */
  readonly defaults?: { readonly [column: string]: string };
  /** The language of a template's own texts, which are also the last resort. */
  readonly locale?: string;
  readonly attachments?: readonly AttachmentDocument[];
  /** In the asset, of a template whose texts are in a bucket: where Plan finds them. */
  readonly from?: TextsRef;
  /** Of a run: which texts it took from there. */
  readonly source?: TemplateSource;
  /** As in a From header; the display name is not yet encoded. */
  readonly fromAddress: string;
  readonly replyTo: readonly string[];
  /** Absent on transactional mail. */
  readonly topic?: string;
}

/** A file that goes with every mail of a template. */
export interface AttachmentDocument {
  readonly fileName: string;
  readonly contentType?: string;
  /** Of a picture in the HTML. */
  readonly contentId?: string;
  readonly size: number;
  readonly sha256: string;
}

export interface TextsRef {
  /** Its place in `MAILMATRIX_TEMPLATE_BUCKETS`. */
  readonly bucket: number;
  readonly prefix: string;
  readonly partials: string;
  readonly inlineCss?: boolean;
}

export interface TemplateSource {
  /** `s3://bucket/prefix`. */
  readonly at: string;
  /** When the newest of the files was written. */
  readonly modifiedAt: string;
  /** By file, its version, or its ETag where the bucket keeps none. */
  readonly versions: { readonly [file: string]: string };
}

/** The templates asset. */
export interface TemplatesDocument {
  readonly v: typeof FORMAT;
  readonly templates: { readonly [name: string]: TemplateDocument };
  /** Of a run: templates whose texts in a bucket are not usable; a list that needs one is refused. */
  readonly unusable?: { readonly [name: string]: Refusal };
  readonly defaultTemplate?: string;
  /** Identities `GetEmailIdentity` is asked about before anything is sent. */
  readonly identities: readonly string[];
}

/** `pinned.json`: what a run sends with, whatever is deployed meanwhile. */
export interface Pinned {
  readonly v: typeof FORMAT;
  readonly settings: Settings;
  readonly templates: TemplatesDocument;
  /** How the list is cut: a second Plan must write the objects of the first. Absent in runs of the first versions. */
  readonly shards?: ShardLimits;
}

/** A shard is full at the first of them. */
export interface ShardLimits {
  readonly recipients: number;
  readonly characters: number;
}

/** How to find a deployed mailer: its stack's `…Connection` output. */
export interface Connection {
  readonly v: typeof FORMAT;
  readonly bucket: string;
  readonly intakePrefix: string;
  readonly draftsPrefix: string;
  readonly reportsPrefix: string;
  readonly stateMachineArn: string;
  readonly ledgerTable: string;
  readonly alertTopicArn: string;
  /** Absent where no route is for alarms alone. */
  readonly alarmTopicArn?: string;
  /** The owner's, which are told as well; absent where there are none. */
  readonly givenTopicArns?: readonly string[];
  readonly configurationSet: string;
  /** Absent of mailers deployed before there was one. */
  readonly trackingQueueUrl?: string;
  /** Of `tracking.eventBus`. */
  readonly eventBusArn?: string;
  /** Absent of mailers deployed before it was said. */
  readonly sendRate?: Pick<Settings['rate'], 'maxPerSecond' | 'accountShare'>;
  /** How a list is to be written, where the owner said so; absent likewise, and where nothing was said. */
  readonly list?: Pick<Settings['intake'], 'emailColumn' | 'delimiter'>;
  /** The sender's, a domain or an address; this and what follows is for `doctor`, and absent likewise. */
  readonly identity?: string;
  readonly intakeRule?: string;
  readonly trackingRule?: string;
  readonly deadLetterQueueUrls?: readonly string[];
}

/** A recipient list, exactly: by version where the bucket has versions, else by ETag. */
export interface ListRef {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly etag: string;
  readonly size: number;
}

/** One execution over one upload: what every state after Register knows of it. */
export interface RunRef {
  readonly v: typeof FORMAT;
  /** `<bucket>/<key under the intake prefix, extension left off>`. */
  readonly campaign: string;
  /** Sort key of the campaign's recipient records when no key column is set. */
  readonly campaignDigest: string;
  /** 1, 2, 3… within the campaign. */
  readonly run: number;
  /** `reports/<campaign>/<run id>/`. */
  readonly folder: string;
  readonly list: ListRef;
  readonly startedAt: string;
  /** When the list was uploaded. */
  readonly uploadedAt?: string;
  /** When the campaign's first run began, on a later one. */
  readonly continues?: string;
  /** Planned and reported, never sent. */
  readonly draft?: boolean;
  /** The owner chose, for this list of those in doubt, that they are sent their mail again. */
  readonly resendInDoubt?: boolean;
  /** Of a draft that is a file of ours: the campaign that it would continue. */
  readonly boundTo?: string;
}

/** What Register gives. */
export interface RegisterOutput {
  readonly v: typeof FORMAT;
  /** `ignored`: what S3 keeps for a folder. `draft` is none that an older state machine plans or sends. */
  readonly decision: 'run' | 'draft' | 'duplicate' | 'superseded' | 'refused' | 'ignored';
  /** Absent of what is ignored. */
  readonly run?: RunRef;
  readonly refusal?: Refusal;
}

/** Why a list was refused whole. Never holds recipient data. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** A draft stands under another name, so that an older Plan, which would make it a list to be sent, fails at it. */
export type PlanInput = { readonly v: typeof FORMAT } & ({ readonly run: RunRef } | { readonly draft: RunRef });

/** What Plan gives; `plan.json` holds the same and the counts. */
export interface PlanOutput {
  readonly v: typeof FORMAT;
  /** `test`: a draft of which a reviewer gets mails. */
  readonly decision: 'send' | 'draft' | 'test' | 'refused';
  readonly refusal?: Refusal;
  readonly shardList: string;
  readonly shards: number;
  /** `MaxConcurrency` of the Send map. */
  readonly workers: number;
  /** When sending begins, where that is not at once. */
  readonly sendAt?: string;
}

/** `plan.json`. */
export interface PlanDocument extends PlanOutput {
  readonly rows: number;
  readonly recipients: number;
  readonly invalid: number;
  readonly duplicate: number;
  /** Columns as the list names them, in order; ours left out. */
  readonly columns: readonly string[];
  /** The list's own; the CSV files we write for its owner have it too. */
  readonly delimiter?: string;
  readonly invalidByCode: { readonly [code: string]: number };
  /** How long it takes at most, where nobody has a mail yet. `quota`: messages in 24 hours; absent where SES sets no limit. */
  readonly estimate?: {
    readonly perSecond: number;
    readonly seconds: number;
    readonly quota?: number;
    readonly quotaLeft?: number;
  };
  /** Templates of which the texts were taken from a bucket. */
  readonly templateSources?: { readonly [template: string]: TemplateSource };
  /** Of the upload's metadata; a retry file is to have it, too. */
  readonly template?: string;
  /** Recipients whose language has no texts and who get the template's own, by language. */
  readonly unknownLocales?: { readonly [locale: string]: number };
  /** Where it was guessed: what the bytes were taken for, and cells as they became by it. */
  readonly guess?: { readonly encoding: ListEncodingName; readonly examples: readonly string[] };
  /** Of a draft: keys of the rendered samples. */
  readonly samples?: readonly string[];
}

/** A line of `shards.jsonl`. */
export interface ShardRef {
  readonly v: typeof FORMAT;
  readonly shard: number;
  readonly key: string;
  readonly rows: number;
}

/** First line of a shard. */
export interface ShardHead {
  readonly v: typeof FORMAT;
  readonly campaign: string;
  readonly run: number;
  readonly shard: number;
}

/** Every other line of a shard: one recipient. */
export interface Recipient {
  /** 1 for the first row after the header. */
  readonly row: number;
  /** Physical line in the list, where the row begins. */
  readonly line: number;
  /** As written in the list. */
  readonly to: string;
  readonly pk: string;
  readonly sk: string;
  readonly template: string;
  /** By folded column name. */
  readonly vars: { readonly [name: string]: string };
  /** As they were, in the order of `PlanDocument.columns`. */
  readonly cells: readonly string[];
}

/** A line of `skipped.jsonl`: a row that became no recipient. */
export interface SkippedRow {
  readonly row: number;
  readonly line: number;
  readonly outcome: 'invalid' | 'duplicate';
  readonly code: string;
  readonly reason: string;
  /** The cells as they were. */
  readonly cells: readonly string[];
}

/** A line of `outcomes/<shard>.jsonl`. */
export interface RecipientOutcome {
  readonly row: number;
  readonly line: number;
  readonly to: string;
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly messageId?: string;
}

/** Input of the send worker and of Settle: one child of the map. */
export interface ShardInput {
  readonly v: typeof FORMAT;
  readonly run: RunRef;
  readonly shard: ShardRef;
  /** How often this child has called before. */
  readonly rounds: number;
  /** Of Settle: what was in doubt has been sent again. */
  readonly resent?: boolean;
}

/** What both give back: next to nothing, because a map's output must not grow with the list. */
export interface ShardProgress {
  readonly v: typeof FORMAT;
  readonly done: boolean;
  readonly waitSeconds: number;
  readonly rounds: number;
  /** Of Settle: doubts were reopened, and the send worker is to come once more. */
  readonly resend?: boolean;
  readonly resent?: boolean;
}

/** Input of the review function: mails of a draft to a reviewer, or the question whether a run may be sent. */
export interface ReviewInput {
  readonly v: typeof FORMAT;
  readonly of: 'test' | 'approval';
  readonly run: RunRef;
  readonly rounds: number;
}

/** What it gives back while a run waits for its approval. */
export interface ReviewProgress {
  readonly v: typeof FORMAT;
  readonly done: boolean;
  readonly approved: boolean;
  readonly waitSeconds: number;
  readonly rounds: number;
}

/** `test.json`. */
export interface TestDocument {
  readonly v: typeof FORMAT;
  readonly to: string;
  readonly recipients: readonly Recipient[];
}

/** `test-result.json`. */
export interface TestResult {
  readonly mails: number;
  /** Taken by SES. Fewer than `mails` without a failure: the function ended in between, and does not begin again. */
  readonly sent: number;
  readonly failed: readonly { readonly row: number; readonly reason: string }[];
}

export interface ReportInput {
  readonly v: typeof FORMAT;
  readonly run: RunRef;
  /** Absent when Plan did not end. */
  readonly plan?: PlanOutput;
  readonly refusal?: Refusal;
  /** Step Functions' own words when a state failed. */
  readonly failure?: { readonly Error: string; readonly Cause?: string };
  /** Once more, after the tracking period. */
  readonly tracked?: boolean;
}

export interface ReportOutput {
  readonly v: typeof FORMAT;
  readonly status: 'completed' | 'draft' | 'refused' | 'failed';
  readonly summary: string;
  /** Whether the run is to be reported again, and after how long. */
  readonly track: boolean;
  readonly trackSeconds: number;
}
