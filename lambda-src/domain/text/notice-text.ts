import { escapeControlCharacters } from './escape-control-characters';
import { redactEmailAddresses } from './redact-email-addresses';

/** SNS takes up to a hundred ASCII characters in a subject. */
export const ascii = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);

/** SES's words may quote an address, and a notice goes to mailboxes and phones. */
export const redactForNotice = (text: string): string =>
  escapeControlCharacters(redactEmailAddresses(text)).slice(0, 300);
