import { Token } from 'aws-cdk-lib';
import { DEFAULT_MAILER } from './contract';
import { fail } from './errors';

/** The name is part of keys and folders: no slash, and nothing that path normalization removes. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Returns the validated name that identifies a mailer's campaigns. */
export function mailerNameOf(name: string = DEFAULT_MAILER): string {
  if (Token.isUnresolved(name)) refuse('a value that is only known at deployment');
  if (!NAME.test(name)) refuse(JSON.stringify(name));
  return name;
}

function refuse(got: string): never {
  return fail(
    'MM118',
    `mailerName must be 1 to 64 letters, digits, ".", "_" and "-", beginning with a letter or digit, got ${got}. Name the mailer, for example "newsletter"`,
  );
}
