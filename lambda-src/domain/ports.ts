import type { ListRef } from '../../src/private/contract';
import type { Plan } from './cost/prices';
import type { SendResult } from './sending/send-result';

/** An object's content as a stream. A reader that stops early must destroy it. */
export interface Body extends AsyncIterable<Buffer | string> {
  destroy(): unknown;
}

/** An object that exists in the bucket. */
export interface Found extends ListRef {
  readonly modifiedAt: number;
}

/** Objects in the bucket. */
export interface Files {
  /**
   * Opens the list exactly as uploaded, by version or If-Match. Rejects with `ListGoneError` if that object no longer
   * exists, with `ListDeniedError` if access is denied.
   */
  openList(list: ListRef): Promise<{ readonly body: Body; readonly metadata: { readonly [name: string]: string } }>;
  /**
   * Finds the current or the given version of an object. Undefined if there is none. Rejects with `ListDeniedError`.
   */
  find(key: string, versionId?: string): Promise<Found | undefined>;
  /** Opens any other object. Undefined if there is none. */
  open(key: string): Promise<Body | undefined>;
  text(key: string): Promise<string | undefined>;
  put(key: string, body: string, contentType: string): Promise<void>;
  /** Returns false if the object already existed. */
  putIfAbsent(key: string, body: string, contentType: string): Promise<boolean>;
  /** Writes a stream of unknown length. The object exists only after `end` resolves. */
  write(key: string, contentType: string): Writer;
}

/** Lists folders directly under a prefix of the bucket. */
export interface Folders {
  /** Full names, ending in `/`; at most 1,000. */
  list(prefix: string): Promise<readonly string[]>;
}

/** Lists keys with a prefix; at most 1,000. */
export type Keys = (prefix: string, most?: number) => Promise<readonly string[]>;

export interface Writer {
  write(chunk: string): Promise<void>;
  end(): Promise<void>;
  /** Ends the stream without creating the object. */
  abandon(): Promise<void>;
}

export class ListGoneError extends Error {}

export class ListDeniedError extends Error {}

export interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export type NewId = () => string;

/** Returns a number from 0 up to, but not including, 1. */
export type Random = () => number;

/** A file attached to an email. */
export interface Attachment {
  readonly fileName: string;
  readonly contentType?: string;
  /** Content id of an image in the HTML. */
  readonly contentId?: string;
  readonly content: Uint8Array;
}

/** One email, ready for SES. Headers are already ASCII. */
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
  readonly configurationSet: string;
  /** The SES tenant that sends. Absent: the account. */
  readonly tenant?: string;
  /** Whether SES adds a tracking image and redirects links. Absent: neither. */
  readonly tracking?: { readonly opens: boolean; readonly clicks: boolean };
}

/** The account's limits, from SES's GetAccount. */
export interface Account {
  readonly maxPerSecond: number;
  readonly max24Hours: number;
  readonly sentLast24Hours: number;
  readonly productionAccess: boolean;
  readonly sendingEnabled: boolean;
  /** The account's enforcement status: HEALTHY, PROBATION or SHUTDOWN. */
  readonly enforcement?: string;
  /** The pricing plan; absent if SES does not return it. */
  readonly plan?: Plan;
}

/** Questions to SES about the account and its identities. */
export interface SesQueries {
  account(): Promise<Account>;
  /** Undefined if the identity does not exist. */
  identityVerified(identity: string): Promise<boolean | undefined>;
}

/** SES, which accepts emails. */
export interface Ses extends SesQueries {
  /** Makes one request. Rejects with any error; `resultOf` says what it means. */
  send(mail: Mail): Promise<{ readonly messageId: string }>;
  /** Returns what an error of a request means; of `send`, for its email. */
  resultOf(error: unknown): SendResult;
}

/** Executions of the run's state machine. */
export interface Executions {
  /** Also true if Step Functions no longer knows the execution. */
  hasEnded(execution: string): Promise<boolean>;
}

export interface Notices {
  publish(subject: string, text: string, attributes: { readonly kind: 'report' | 'alert' | 'approval' }): Promise<void>;
}

/** Structured log. Levels `info` and above contain no addresses and no cells. */
export interface Log {
  info(message: string, data?: Record<string, unknown>): void;
  warn(message: string, data?: Record<string, unknown>): void;
  error(message: string, data?: Record<string, unknown>): void;
}

export interface Subscriptions {
  readonly confirmed: number;
  readonly pending: number;
}
