import { ENV, FORMAT, type Settings } from '../../src/private/contract';

/** Returns an environment variable that the BulkMailer construct sets. Throws if it is missing. */
export function env(name: keyof typeof ENV): string {
  const value = process.env[ENV[name]];
  if (!value)
    throw new Error(`MM502: the environment variable ${ENV[name]} is missing; the BulkMailer construct sets it`);
  return value;
}

/** Returns the mailer's settings. Throws if their format is not the one that this version reads. */
export function settings(): Settings {
  const parsed = JSON.parse(env('settings')) as Settings;
  if (parsed.v !== FORMAT)
    throw new Error(`MM503: ${ENV.settings} has format ${parsed.v}, this function reads ${FORMAT}`);
  return parsed;
}
