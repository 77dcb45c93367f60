/**
 * Text from outside without email addresses: SES's refusals name recipients, and so do errors of the SDK. A word with
 * an `@` is removed as a whole, up to its separators.
 */
export const redactEmailAddresses = (text: string): string =>
  text.replace(/[^\s<>:,;"(){}[\]]+/g, (word) => (/@|%40|\uFF20/i.test(word) ? '…' : word));
