import { escapeControlCharacters } from './escape-control-characters';
import { redactEmailAddresses } from './redact-email-addresses';

/** Reduces a subject to SNS's limit: 100 ASCII characters. */
export const ascii = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);

/** Redacts text from SES, which may quote an address, because notices go to mailboxes and phones. */
export const redactForNotice = (text: string): string =>
  escapeControlCharacters(redactEmailAddresses(text)).slice(0, 300);
