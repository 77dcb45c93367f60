/** The owner's settings, as handlers get them and a run stores them. */

import type { FORMAT, ListEncodingName } from './names';
import type { ListRejection } from './run-files';

/** The owner's settings for the handlers: MAILMATRIX_SETTINGS. */
export interface Settings {
  readonly v: typeof FORMAT;
  /** The mailer's name. Together with a campaign's name it identifies the campaign across deployments. */
  readonly mailer: string;
  readonly intake: {
    readonly prefix: string;
    /** Prefix of drafts, which are planned and not sent. */
    readonly draftsPrefix?: string;
    readonly encoding?: ListEncodingName;
    readonly delimiter?: string;
    readonly emailColumn?: string;
    /** Whether cells that look like rows of the list are text. */
    readonly acceptRowsInCells?: boolean;
    /** The column that marks opted-out recipients, and its values that do. */
    readonly optOut?: { readonly column: string; readonly values: readonly string[] };
    readonly templateColumn?: string;
    readonly localeColumn?: string;
    /** The column with each row's From name. */
    readonly fromNameColumn?: string;
    /** The column with each row's Reply-To address. */
    readonly replyToColumn?: string;
    /** The column with each row's SES tenant. */
    readonly tenantColumn?: string;
    readonly recipientKeyColumn?: string;
    readonly byUpload?: boolean;
    /** Whether a campaign keeps the key that it began with. */
    readonly keepCampaignKey?: boolean;
    readonly maxRows: number;
    readonly maxBytes: number;
    readonly maxInvalidPercent: number;
  };
  readonly rate: {
    readonly maxPerSecond?: number;
    readonly accountShare: number;
    readonly window?: WindowSettings;
  };
  /** Absent in older snapshots, which have the defaults. */
  readonly limits?: {
    /** Maximum recipients of a list. */
    readonly maxRecipients?: number;
    /** Maximum refused share of a sample of emails, in percent; 100 never pauses. */
    readonly maxRefusedPercent?: number;
    /** Emails in such a sample. */
    readonly refusalSample?: number;
  };
  /** The SES tenant that sends. Absent: the account. */
  readonly tenant?: string;
  readonly inDoubt: 'hold' | 'resend';
  /** Days from a campaign's last run until its name closes. */
  readonly closesAfterDays: number;
  /** Allowed recipients of test emails: addresses, and domains with a leading `@`; lower case. */
  readonly reviewers?: readonly string[];
  /** Approval settings. Absent: no approval. */
  readonly approval?: ApprovalSettings;
  readonly consent?: ConsentSettings;
  readonly tracking?: TrackingSettings;
}

export interface ApprovalSettings {
  readonly approvers: readonly string[];
  readonly timeoutSeconds: number;
}

/** The hours of sending, in a time zone. */
export interface WindowSettings {
  /** Minutes since midnight. A window that closes earlier than it opens extends past midnight. */
  readonly opens: number;
  readonly closes: number;
  /** Name in the IANA time zone database. */
  readonly timeZone: string;
  /** Days on which the window opens; 0 is Sunday. */
  readonly days: readonly number[];
}

export interface ConsentSettings {
  /** Address in `List-Unsubscribe`, in addition to the link. */
  readonly mailto?: string;
  /**
   * Footer text with the unsubscribe link, for a body without one, by language; `''` is any other. Absent: no footer.
   */
  readonly footer?: { readonly [language: string]: string };
  /** The SES suppression list that applies, and its reasons. */
  readonly suppression?: SuppressionSettings;
}

export interface SuppressionSettings {
  readonly by: 'account' | 'configuration_set' | 'nobody';
  /** For a configuration set: SES's names of the reasons. */
  readonly reasons?: readonly string[];
}

/** A topic as recipients see it. */
export interface TopicDocument {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
}

/** `page.json` beside the consent function: the texts and design of its pages. */
export interface ConsentPageDocument {
  readonly v: typeof FORMAT;
  /** The sender as recipients know it. Empty if unknown at synth. */
  readonly sender: string;
  /** The language for readers who request no available one. */
  readonly language: string;
  /** The owner's page, in Mustache. */
  readonly template?: string;
  /** The owner's texts by language. */
  readonly texts?: { readonly [language: string]: { readonly [name: string]: string } };
  readonly topics: readonly TopicDocument[];
  /** Whether the preferences page asks for consent to tracking. */
  readonly tracking?: boolean;
}

/** Rules by which bounces opt an address out. */
export interface BounceRules {
  /** Minimum number of soft-bounced emails. */
  readonly softBounces: number;
  /** Minimum days between the first and the last of them. */
  readonly softBounceDays: number;
  /** Maximum days between the first and the last of them that count together. */
  readonly softBounceWithinDays: number;
  /** Maximum days between two emails to a nonexistent domain that count as a hard bounce. */
  readonly noDomainDays: number;
}

export const BOUNCE_RULES: BounceRules = {
  softBounces: 5,
  softBounceDays: 7,
  softBounceWithinDays: 90,
  noDomainDays: 7,
};

export interface TrackingSettings {
  /** Seconds from a run's end to its second report; 0 is never. */
  readonly periodSeconds: number;
  readonly maxBouncePercent: number;
  readonly maxComplaintPercent: number;
  /** Minimum number of emails that the rates are calculated with. */
  readonly breakerMinimum: number;
  readonly addressesInEvents?: boolean;
  /** Absent: the defaults, `BOUNCE_RULES`. */
  readonly bounceRules?: BounceRules;
  /** Whether opens and clicks are tracked, of recipients who consented. */
  readonly opens?: boolean;
  readonly clicks?: boolean;
  /** Column of a list with each recipient's consent to tracking, and its values that mean yes. */
  readonly consentColumn?: string;
  readonly consentValues?: readonly string[];
  /** False: a recipient whose answer is unknown is tracked too. Absent is true. */
  readonly consentRequired?: boolean;
}

/**
 * A template in a run's folder and in the asset: its bodies already contain partials, styles and preheader. A language
 * variant is a template of its own, named `welcome/pt-BR`.
 */
export interface TemplateDocument {
  readonly subject: string;
  /** For previews; the HTML contains it. */
  readonly preheader?: string;
  readonly html?: string;
  readonly text?: string;
  /**
   * How each value of the HTML is escaped, one letter per value: `lambda-src/domain/template/escape.ts`. Absent: as
   * text.
   */
  readonly htmlContexts?: string;
  /** The same for a text body that was derived from the HTML. */
  readonly textContexts?: string;
  /** Default values of columns, for empty cells and missing columns. */
  readonly defaults?: { readonly [column: string]: string };
  /** Values of columns, besides `false` and empty cells, for which a section does not show. */
  readonly falseValues?: readonly string[];
  /** The language of a template's own texts, which are also the fallback. */
  readonly locale?: string;
  readonly attachments?: readonly AttachmentDocument[];
  /** Codes of the linter's warnings that are not reported. */
  readonly acknowledgedWarnings?: readonly string[];
  /** In the asset, for a template whose texts are in a bucket: their location. */
  readonly from?: TextsRef;
  /** In a run: the versions of those texts. */
  readonly source?: TemplateSource;
  /** From header; the display name is not yet encoded. */
  readonly fromAddress: string;
  readonly replyTo: readonly string[];
  /** Absent for transactional email. */
  readonly topic?: string;
  /** The owner's headers. */
  readonly headers?: readonly { readonly name: string; readonly value: string }[];
}

/** An attachment of every email of a template. */
export interface AttachmentDocument {
  readonly fileName: string;
  readonly contentType?: string;
  /** For a picture in the HTML. */
  readonly contentId?: string;
  readonly size: number;
  readonly sha256: string;
}

export interface TextsRef {
  /** Index in `MAILMATRIX_TEMPLATE_BUCKETS`. */
  readonly bucket: number;
  readonly prefix: string;
  readonly partials: string;
  readonly inlineCss?: boolean;
  /** Whether clicks are tracked, except on the links to unsubscribe. */
  readonly clicks?: boolean;
}

export interface TemplateSource {
  /** `s3://bucket/prefix`. */
  readonly at: string;
  /** When the newest of the files was written. */
  readonly modifiedAt: string;
  /** Version by file; the ETag in an unversioned bucket. */
  readonly versions: { readonly [file: string]: string };
  /** What the linter found in these texts. Absent if it found nothing. */
  readonly warnings?: readonly { readonly code: string; readonly message: string }[];
}

/** The templates asset. */
export interface TemplatesDocument {
  readonly v: typeof FORMAT;
  readonly templates: { readonly [name: string]: TemplateDocument };
  /** In a run: templates with unusable texts in a bucket. A list that needs one is rejected. */
  readonly unusable?: { readonly [name: string]: ListRejection };
  readonly defaultTemplate?: string;
  /** Identities to check with `GetEmailIdentity` before sending. */
  readonly identities: readonly string[];
}

/** `snapshot.json`: everything that a run sends with, independent of later deployments. */
export interface Snapshot {
  readonly v: typeof FORMAT;
  readonly settings: Settings;
  readonly templates: TemplatesDocument;
  /** Size of shards. A second Plan must write the same objects as the first. Absent in runs of the first versions. */
  readonly shards?: ShardLimits;
}

/** A shard is full at the first limit reached. */
export interface ShardLimits {
  readonly recipients: number;
  readonly characters: number;
}

/** The owner's list settings; absent ones have their defaults. */
export interface ListSettings extends Partial<Omit<Settings['intake'], 'prefix' | 'draftsPrefix'>> {
  readonly maxRecipients?: number;
}

/** Describes a deployed mailer: its stack's `…Connection` output. */
export interface Connection {
  readonly v: typeof FORMAT;
  /** The mailer's name. */
  readonly mailer: string;
  /** `<account>/<Region>/<outermost stack name>`: the holder of the name in the ledger. */
  readonly holder: string;
  readonly bucket: string;
  readonly intakePrefix: string;
  readonly draftsPrefix: string;
  readonly reportsPrefix: string;
  readonly stateMachineArn: string;
  readonly ledgerTable: string;
  readonly alertTopicArn: string;
  /** Absent without a route for alarms alone. */
  readonly alarmTopicArn?: string;
  /** The owner's topics that get alerts too. Absent without any. */
  readonly givenTopicArns?: readonly string[];
  readonly configurationSet: string;
  /** Absent for mailers deployed before it existed. */
  readonly trackingQueueUrl?: string;
  /** ARN of `tracking.eventBus`. */
  readonly eventBusArn?: string;
  /** Absent if they are the defaults, and for mailers deployed before it existed. */
  readonly bounceRules?: BounceRules;
  /** Whether opens or clicks are tracked. */
  readonly tracksReaders?: boolean;
  /** Absent for mailers deployed before it existed. */
  readonly sendRate?: Pick<Settings['rate'], 'maxPerSecond' | 'accountShare'>;
  /** The owner's list settings. Absent if all have their defaults, and for mailers deployed before it existed. */
  readonly list?: ListSettings;
  /** The sender's identity: a domain or an address. This and the following are for `doctor`, and absent likewise. */
  readonly identity?: string;
  readonly intakeRule?: string;
  readonly draftsRule?: string;
  readonly trackingRule?: string;
  readonly deadLetterQueueUrls?: readonly string[];
}
