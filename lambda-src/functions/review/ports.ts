import type { Settings } from '../../../src/private/contract';
import type { Store } from '../../domain/ledger/store';
import type { LinkKeys } from '../../domain/links/sealed-link';
import type { Clock, Files, Log, NewId, Notices, Random, Ses } from '../../domain/ports';

export interface ReviewPorts {
  readonly files: Files;
  readonly store: Store;
  readonly ses: Ses;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly random: Random;
  readonly log: Log;
  /** Returns the milliseconds until Lambda ends this invocation. */
  readonly remaining: () => number;
  /** The configuration set, whose name identifies the mailer when it acquires permits. */
  readonly configurationSet: string;
  readonly notices: Notices;
  readonly settings: Settings;
  /** The base URL of approval links and their keys; absent if the mailer needs no approval. */
  readonly links?: { readonly url: string; keys(): Promise<LinkKeys> };
}
