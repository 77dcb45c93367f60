import type { Clock, Files, Log } from '../core/ports';
import type { Store } from '../core/store';

export interface SettlePorts {
  readonly files: Files;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** Rows whose records are read at once. */
export const WINDOW = 100;
