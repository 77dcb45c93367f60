import type { ListRef } from '../../src/private/contract';
import type { Plan } from './cost/prices';

/** An object as a stream. A reader that stops early destroys it. */
export interface Body extends AsyncIterable<Buffer | string> {
  destroy(): unknown;
}

/** An object as it is there. */
export interface Found extends ListRef {
  readonly modifiedAt: number;
}

/** Objects in the bucket. */
export interface Files {
  /**
   * The list as it was uploaded, by version or If-Match. Rejects with `ListGoneError` when that object is no more,
   * with `ListDeniedError` when it may not be read.
   */
  openList(list: ListRef): Promise<{ readonly body: Body; readonly metadata: { readonly [name: string]: string } }>;
  /** What is there under a key, or of one version; undefined where there is none. Rejects with `ListDeniedError`. */
  find(key: string, versionId?: string): Promise<Found | undefined>;
  /** Any other object; undefined where there is none. */
  open(key: string): Promise<Body | undefined>;
  text(key: string): Promise<string | undefined>;
  put(key: string, body: string, contentType: string): Promise<void>;
  /** False where the object was there already. */
  putIfAbsent(key: string, body: string, contentType: string): Promise<boolean>;
  /** An object written as a stream of unknown length; it is there only after `end` resolved. */
  write(key: string, contentType: string): Writer;
}

/** What lies directly under a prefix of the bucket. */
export interface Folders {
  /** Whole names, which end in `/`; the first thousand. */
  list(prefix: string): Promise<readonly string[]>;
}

/** Keys of the bucket that begin so; the first thousand, or fewer. */
export type Keys = (prefix: string, most?: number) => Promise<readonly string[]>;

export interface Writer {
  write(chunk: string): Promise<void>;
  end(): Promise<void>;
  /** In place of `end`: there is no object. */
  abandon(): Promise<void>;
}

export class ListGoneError extends Error {}

export class ListDeniedError extends Error {}

export interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export type NewId = () => string;

/** From 0 up to 1. */
export type Random = () => number;

/** A file that goes with a mail. */
export interface Attachment {
  readonly fileName: string;
  readonly contentType?: string;
  /** Of a picture in the HTML. */
  readonly contentId?: string;
  readonly content: Uint8Array;
}

/** One mail, ready for SES. Headers are ASCII already. */
export interface Mail {
  readonly from: string;
  readonly to: string;
  readonly replyTo: readonly string[];
  readonly subject: string;
  readonly html?: string;
  readonly text?: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly attachments?: readonly Attachment[];
  readonly tags: readonly { readonly name: string; readonly value: string }[];
  /** Absent: of no concern to the tracker. */
  readonly configurationSet?: string;
}

/** What GetAccount says of the account's limits. */
export interface Account {
  readonly maxPerSecond: number;
  readonly max24Hours: number;
  readonly sentLast24Hours: number;
  readonly productionAccess: boolean;
  readonly sendingEnabled: boolean;
  /** The account's enforcement status: HEALTHY, PROBATION or SHUTDOWN. */
  readonly enforcement?: string;
  /** The pricing plan; absent if SES does not say. */
  readonly plan?: Plan;
}

/** SES. `send` makes one request and rejects with whatever went wrong; `domain/sending/send-result.ts` says what that means. */
export interface Ses {
  send(mail: Mail): Promise<{ readonly messageId: string }>;
  account(): Promise<Account>;
  /** Undefined where the identity does not exist. */
  identityVerified(identity: string): Promise<boolean | undefined>;
}

/** Executions of the run's state machine. */
export interface Executions {
  /** Also of one that the service has forgotten. */
  hasEnded(execution: string): Promise<boolean>;
}

export interface Notices {
  publish(subject: string, text: string, attributes: { readonly kind: 'report' | 'alert' | 'approval' }): Promise<void>;
}

/** Structured log. No addresses, no cells at `info` or above. */
export interface Log {
  info(message: string, data?: Record<string, unknown>): void;
  warn(message: string, data?: Record<string, unknown>): void;
  error(message: string, data?: Record<string, unknown>): void;
}

export interface Subscriptions {
  readonly confirmed: number;
  readonly pending: number;
}
