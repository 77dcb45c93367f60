import { ENV, FORMAT, type Settings } from '../../src/private/contract';

/** A variable that the construct sets; without it the function was not made by it. */
export function env(name: keyof typeof ENV): string {
  const value = process.env[ENV[name]];
  if (!value)
    throw new Error(`MM502: the environment variable ${ENV[name]} is missing; the BulkMailer construct sets it`);
  return value;
}

export function settings(): Settings {
  const parsed = JSON.parse(env('settings')) as Settings;
  if (parsed.v !== FORMAT)
    throw new Error(`MM503: ${ENV.settings} has format ${parsed.v}, this function reads ${FORMAT}`);
  return parsed;
}
