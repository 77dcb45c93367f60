import type { Connection } from '../../src/private/contract';
import type { DoctorPorts } from './ports';

export interface Finding {
  readonly check: string;
  readonly level: 'ok' | 'warning' | 'error' | 'not checked';
  readonly says: string;
  readonly todo?: string;
}

export type Result = Omit<Finding, 'check'>;
export const ok = (says: string): Result => ({ level: 'ok', says });
export const warning = (says: string, todo: string): Result => ({ level: 'warning', says, todo });
export const error = (says: string, todo: string): Result => ({ level: 'error', says, todo });

export const DEPLOY = 'Deploy the stack again: somebody changed it by hand';

/** AWS says that there is no such thing. */
export const missing = (reason: unknown): boolean => /NotFound|NonExistent|DoesNotExist/.test((reason as Error).name);

export interface Check {
  readonly name: string;
  /** The right it needs, for whoever lacks it. */
  readonly needs: string;
  /** @default - of every mailer */
  applies?(connection: Connection): boolean;
  look(connection: Connection, ports: DoctorPorts): Promise<Result>;
}

/** Of a mailer that was deployed before its output named what a check looks at. */
export class Unnamed extends Error {}
export function named<T>(value: T | undefined): T {
  if (value === undefined) throw new Unnamed();
  return value;
}
