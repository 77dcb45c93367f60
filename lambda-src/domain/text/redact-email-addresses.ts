/**
 * What somebody else says, without addresses: SES's refusals name recipients, and so do errors of the SDK. A word with an
 * `@` goes as a whole; what is around it, up to a separator, tells nothing without it.
 */
export const redactEmailAddresses = (text: string): string =>
  text.replace(/[^\s<>:,;"(){}[\]]+/g, (word) => (/@|%40|\uFF20/i.test(word) ? '…' : word));
