import type { Bus } from '../../domain/events/bus';
import type { Store } from '../../domain/ledger/store';
import type { Metrics } from '../../domain/metrics';
import type { Clock, Files, Log, NewId, Notices, Random, Ses } from '../../domain/ports';
import type { MailContext } from '../../domain/sending/mail';

export interface SendPorts {
  readonly files: Files;
  readonly store: Store;
  readonly ses: Ses;
  readonly bus: Bus;
  readonly notices: Notices;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly configurationSet: string;
  /** Makes the encrypted consent links of an email. */
  readonly consentUrls: MailContext['consentUrls'];
  /** Returns the milliseconds until Lambda ends this invocation. */
  readonly remaining: () => number;
}
