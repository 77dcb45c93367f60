import type { Settings } from '../../src/private/contract';
import type { Clock, Files, Log, NewId, Notices, Random, Ses } from '../core/ports';
import type { LinkKeys } from '../core/sealed-link';
import type { Store } from '../core/store';

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
  /** By its name the mailer takes its slots. */
  readonly configurationSet: string;
  readonly notices: Notices;
  readonly settings: Settings;
  /** Where approvers' links lead, and their keys; absent where nobody approves. */
  readonly links?: { readonly url: string; keys(): Promise<LinkKeys> };
}
