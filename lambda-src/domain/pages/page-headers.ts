/**
 * Headers of a page behind a link in mail: no script, nothing from elsewhere, kept nowhere, and in nobody's frame, where a
 * click could be had by a trick. `styles` are hashes as the policy writes them.
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
