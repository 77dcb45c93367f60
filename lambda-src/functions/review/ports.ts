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
  /** Milliseconds until Lambda ends this invocation. */
  readonly remaining: () => number;
  /** By its name the mailer takes its permits. */
  readonly configurationSet: string;
  readonly notices: Notices;
  readonly settings: Settings;
  /** Where approvers' links lead, and their keys; absent without an approval. */
  readonly links?: { readonly url: string; keys(): Promise<LinkKeys> };
}
