/**
 * Removes email addresses from untrusted text, because SES's and the SDK's errors name recipients. Removes any word
 * that contains an `@`, up to its separators.
 */
export const redactEmailAddresses = (text: string): string =>
  text.replace(/[^\s<>:,;"(){}[\]]+/g, (word) => (/@|%40|\uFF20/i.test(word) ? '…' : word));
