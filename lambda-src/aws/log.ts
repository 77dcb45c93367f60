import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../domain/ports';
import { withoutAddresses } from '../domain/text/redact-email-addresses';

const powertools = new Logger({ serviceName: 'mailmatrix' });

/** Fields of every line, which are the logger's own. */
const OWN = new Set(['level', 'message', 'timestamp', 'service', 'sampling_rate', 'xray_trace_id']);

/** Whatever says something in it, SES or an error, may quote an address. */
function hidden(value: unknown): unknown {
  if (typeof value === 'string') return withoutAddresses(value);
  if (Array.isArray(value)) return value.map(hidden);
  if (value instanceof Error) return withoutAddresses(String(value));
  if (typeof value === 'object' && value !== null) return fields(value);
  return value;
}

const fields = (data: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(data).map(([name, value]) => [withoutAddresses(name), hidden(value)]));

const ours = (data: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields(data)).filter(([name]) => !OWN.has(name))) as Record<string, string>;

export const logger: Log = {
  info: (message, data = {}) => powertools.info(withoutAddresses(message), ours(data)),
  warn: (message, data = {}) => powertools.warn(withoutAddresses(message), ours(data)),
  error: (message, data = {}) => powertools.error(withoutAddresses(message), ours(data)),
};
