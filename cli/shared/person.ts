import type { Connection } from '../../src/private/contract';
import { findMailer, MAILER_OPTIONS, MAILER_USAGE, type MailerOptions } from './mailer';

/** Options of the verbs about one person. */
export const PERSON_OPTIONS = { ...MAILER_OPTIONS, ledger: { type: 'string' } } as const;

export const PERSON_USAGE = `${MAILER_USAGE}
  --ledger TABLE       the ledger's table, instead of --mailer, such as for a deleted stack`;

export interface PersonOptions extends MailerOptions {
  readonly ledger?: string;
}

/** Finds the ledger, and the mailer unless --ledger names the table. Sets profile and Region for later SDK clients. */
export async function ledgerOf(
  options: PersonOptions,
): Promise<{ readonly table: string; readonly mailer?: Connection }> {
  const { ledger, profile, region } = options;
  if (ledger === undefined) {
    const mailer = await findMailer(options);
    return { table: mailer.ledgerTable, mailer };
  }
  if (profile !== undefined) process.env.AWS_PROFILE = profile;
  if (region !== undefined) process.env.AWS_REGION = region;
  return { table: ledger };
}
