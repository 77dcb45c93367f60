/** What the owner set, as the handlers get it and a run keeps it. */

import type { FORMAT, ListEncodingName } from './names';
import type { ListRejection } from './run-files';

/** What the owner set, for the handlers: MAILMATRIX_SETTINGS. */
export interface Settings {
  readonly v: typeof FORMAT;
  /** The mailer's name: with a campaign's name it says which campaign it is, whatever is deployed. */
  readonly mailer: string;
  readonly intake: {
    readonly prefix: string;
    /** Lists under it are planned and not sent. */
    readonly draftsPrefix?: string;
    readonly encoding?: ListEncodingName;
    readonly delimiter?: string;
    readonly emailColumn?: string;
    /** Cells that look like rows of the list are somebody's text. */
    readonly acceptRowsInCells?: boolean;
    /** A column by which a list says who wants no email, and what it says then. */
    readonly optOut?: { readonly column: string; readonly values: readonly string[] };
    readonly templateColumn?: string;
    readonly localeColumn?: string;
    readonly recipientKeyColumn?: string;
    readonly byUpload?: boolean;
    /** A campaign that began with another key goes on with that. */
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
  /** Absent of what was pinned before there were any: their defaults. */
  readonly limits?: {
    /** Recipients of a list. */
    readonly maxRecipients?: number;
    /** Of a sample of messages; 100 never pauses. */
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
  /** How each value of the HTML is written, a letter a value: `lambda-src/domain/template/escape.ts`. Absent: as text. */
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
  /** Of a run: templates whose texts in a bucket are not usable; a list that needs one is rejected. */
  readonly unusable?: { readonly [name: string]: ListRejection };
  readonly defaultTemplate?: string;
  /** Identities `GetEmailIdentity` is asked about before anything is sent. */
  readonly identities: readonly string[];
}

/** `snapshot.json`: what a run sends with, whatever is deployed meanwhile. */
export interface Snapshot {
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

/** What the owner says of lists; what is absent has its default. */
export interface ListSettings extends Partial<Omit<Settings['intake'], 'prefix' | 'draftsPrefix'>> {
  readonly maxRecipients?: number;
}

/** How to find a deployed mailer: its stack's `…Connection` output. */
export interface Connection {
  readonly v: typeof FORMAT;
  /** Its name. */
  readonly mailer: string;
  /** `<account>/<Region>/<outermost stack name>`: who holds the name in the ledger. */
  readonly holder: string;
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
  readonly list?: ListSettings;
  /** The sender's, a domain or an address; this and what follows is for `doctor`, and absent likewise. */
  readonly identity?: string;
  readonly intakeRule?: string;
  readonly draftsRule?: string;
  readonly trackingRule?: string;
  readonly deadLetterQueueUrls?: readonly string[];
}
