import type { Store } from '../../../lambda-src/domain/ledger/store';
import type { Owner } from '../../../lambda-src/domain/mailer/ownership';
import type { Clock, Files, NewId, Ses } from '../../../lambda-src/domain/ports';
import type { Settings, ShardInput, TemplatesDocument } from '../../../src/private/contract';
import type { Bucket } from './bucket';
import type { SimulatedFunction } from './deployed';
import type { Ledger } from './ledger';
import type { SimulatedSes } from './ses';
import type { Process, World } from './world';

export interface Surroundings {
  readonly world: World;
  readonly ledger: Ledger;
  bucket: Bucket;
  readonly simulatedSes: SimulatedSes;
  /** As they are deployed at the moment. */
  settings: Settings;
  templates: TemplatesDocument;
  shardSize: number;
  /** Who the mailer is to the ledger and the bucket. */
  readonly owner?: Owner;
  /** Its configuration set. */
  readonly mailer?: string;
  /** A prefix for its ids, unlike any other's. */
  readonly ids?: string;
  /** Whether an execution of the machine has ended. */
  readonly hasEnded: (execution: string) => boolean;
  readonly onNotice: (kind: string) => void;
  /** The tracker reports a violation. */
  readonly onViolation: (subject: string) => void;
  /** A function's own error. */
  readonly onThrow: (error: Error) => void;
  /** A worker claims that has seen that it is held. */
  readonly onHeldClaim: (what: string) => void;
  /** What is wrong with the code on purpose. */
  readonly change?: Change;
}

/** What a mutant may put between the code of a process and its ports. */
export interface Changed {
  clock(real: Clock): Clock;
  store(real: Store): Store;
  ses(real: Ses): Ses;
  files(real: Files): Files;
  newId(real: NewId): NewId;
  /** What a send worker does before it returns. */
  afterSend(input: ShardInput, files: Files): Promise<void>;
}

export const UNCHANGED: Changed = {
  clock: (real) => real,
  store: (real) => real,
  ses: (real) => real,
  files: (real) => real,
  newId: (real) => real,
  afterSend: async () => {},
};

/** A mistake in the code, made at its ports. */
export type Change = (functionName: SimulatedFunction, process: Process, around: Surroundings) => Partial<Changed>;
