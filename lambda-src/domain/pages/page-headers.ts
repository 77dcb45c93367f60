/**
 * Returns the headers of a page behind a link in an email. They forbid scripts, external content, caching, and frames
 * (against clickjacking). `styles` are hashes in CSP syntax.
 */
export const pageHeaders = (styles: readonly string[], more: readonly string[] = []): { [name: string]: string } => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src ${styles.length > 0 ? styles.join(' ') : "'none'"}`,
    ...more,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex, nofollow',
});
