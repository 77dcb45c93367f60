import type { Connection } from '../../src/private/contract';
import { findMailer, MAILER_OPTIONS, MAILER_USAGE, type MailerOptions } from './mailer';

/** Of the verbs about one person. */
export const PERSON_OPTIONS = { ...MAILER_OPTIONS, ledger: { type: 'string' } } as const;

export const PERSON_USAGE = `${MAILER_USAGE}
  --ledger TABLE       instead of --mailer, the table itself: of a mailer whose stack is gone, say`;

export interface PersonOptions extends MailerOptions {
  readonly ledger?: string;
}

/** The ledger that is meant, and the mailer where one is; from here on the SDK asks as that profile, in that Region. */
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
