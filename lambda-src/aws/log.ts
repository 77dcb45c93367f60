import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../domain/ports';
import { redactEmailAddresses } from '../domain/text/redact-email-addresses';

const powertools = new Logger({ serviceName: 'mailmatrix' });

/** The fields that the logger sets on every line; data must not overwrite them. */
const OWN = new Set(['level', 'message', 'timestamp', 'service', 'sampling_rate', 'xray_trace_id']);

/** Redacts email addresses in all strings of a value: texts from SES and errors may quote one. */
function redactValue(value: unknown): unknown {
  if (typeof value === 'string') return redactEmailAddresses(value);
  if (Array.isArray(value)) return value.map(redactValue);
  if (value instanceof Error) return redactEmailAddresses(String(value));
  if (typeof value === 'object' && value !== null) return fields(value);
  return value;
}

const fields = (data: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(data).map(([name, value]) => [redactEmailAddresses(name), redactValue(value)]));

const logFields = (data: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields(data)).filter(([name]) => !OWN.has(name))) as Record<string, string>;

/** Logs structured lines without email addresses. */
export const logger: Log = {
  info: (message, data = {}) => powertools.info(redactEmailAddresses(message), logFields(data)),
  warn: (message, data = {}) => powertools.warn(redactEmailAddresses(message), logFields(data)),
  error: (message, data = {}) => powertools.error(redactEmailAddresses(message), logFields(data)),
};
