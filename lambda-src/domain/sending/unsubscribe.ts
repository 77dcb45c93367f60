import type { ConsentSettings } from '../../../src/private/contract';
import type { ConsentUrls } from '../links/consent-link';
import type { Mail } from '../ports';
import { escapeHtml } from '../template/escape';
import type { Footer } from '../template/template';

/** SES's limit for a header's name and value, in characters. */
const MAX_HEADER = 996;

/**
 * Returns the one-click unsubscribe headers in the order of RFC 8058. Leaves out `mailto` if the header would be too
 * long; email clients that support one-click use the URL.
 */
export function unsubscribeHeaders({ unsubscribeUrl, token }: ConsentUrls, mailto?: string): Mail['headers'] {
  const name = 'List-Unsubscribe';
  const url = `<${unsubscribeUrl}>`;
  const both = `${url}, <mailto:${mailto}?subject=${encodeURIComponent(`unsubscribe ${token}`)}>`;
  return [
    { name, value: mailto && name.length + both.length <= MAX_HEADER ? both : url },
    { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
  ];
}

/** Returns the footer with the unsubscribe link for a body without a visible one, in the template's language. */
export function footerOf(
  { unsubscribeUrl }: ConsentUrls,
  footer: ConsentSettings['footer'],
  language = '',
  clicks = false,
): Footer | undefined {
  if (!footer) return undefined;
  const words = footer[language] ?? footer[''] ?? '';
  return { html: htmlFooter(unsubscribeUrl, words, clicks), text: `${words}: ${unsubscribeUrl}` };
}

/** SES does not track clicks on a link with `ses:no-track`, and removes it from the email. */
const htmlFooter = (url: string, words: string, clicks: boolean): string =>
  `<p style="margin:24px 0;text-align:center;font:13px/1.5 sans-serif"><a${clicks ? ' ses:no-track' : ''} href="${escapeHtml(url)}">${escapeHtml(words)}</a></p>`;
