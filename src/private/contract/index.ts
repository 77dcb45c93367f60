/**
 * What the constructs and the handlers agree on: environment names, payloads, formats, names in the bucket.
 * Handlers import this file, never the reverse. Everything here is public in effect: stacks are deployed in
 * mid-campaign and files stay in buckets for years, so a change of a format is a new FORMAT that handlers read beside the last.
 */

export * from './names';
export * from './payloads';
export * from './run-files';
export * from './settings';
