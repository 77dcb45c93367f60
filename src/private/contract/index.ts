/**
 * The contract between constructs and handlers: environment names, payloads, formats, and names in the bucket. Handlers
 * import this file, never the reverse. All of it is effectively public: stacks are deployed in mid-campaign, and files
 * stay in buckets for years. A changed format needs a new FORMAT, which handlers read in addition to the previous one.
 */

export * from './names';
export * from './payloads';
export * from './run-files';
export * from './settings';
