import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../core/ports';

const powertools = new Logger({ serviceName: 'mailmatrix' });

export const logger: Log = {
  info: (message, data = {}) => powertools.info(message, data as Record<string, string>),
  warn: (message, data = {}) => powertools.warn(message, data as Record<string, string>),
  error: (message, data = {}) => powertools.error(message, data as Record<string, string>),
};
