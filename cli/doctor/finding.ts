import type { Connection } from '../../src/private/contract';
import type { DoctorPorts } from './ports';

/** The result of one check. */
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

/** Whether an error of AWS says that the resource does not exist. */
export const missing = (reason: unknown): boolean => /NotFound|NonExistent|DoesNotExist/.test((reason as Error).name);

const DENIED = /AccessDenied|AuthorizationError|UnauthorizedOperation|Forbidden/;

/** Whether an error of AWS says that a right is missing. */
export const denied = (reason: unknown): boolean => DENIED.test((reason as Error).name);

export interface Check {
  readonly name: string;
  /** The IAM actions that the check needs, named if AWS denies them. */
  readonly needs: string;
  /**
   * Whether the check applies to a mailer.
   * @default - applies to every mailer
   */
  applies?(connection: Connection): boolean;
  run(connection: Connection, ports: DoctorPorts): Promise<Result>;
}

/** The mailer's stack output does not name the resource, because an older version deployed it. */
export class Unnamed extends Error {}
export function named<T>(value: T | undefined): T {
  if (value === undefined) throw new Unnamed();
  return value;
}
