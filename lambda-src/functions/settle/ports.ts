import type { Store } from '../../domain/ledger/store';
import type { Clock, Files, Log } from '../../domain/ports';

export interface SettlePorts {
  readonly files: Files;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}
