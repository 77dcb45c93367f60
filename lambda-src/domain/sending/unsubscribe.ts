import type { ConsentSettings } from '../../../src/private/contract';
import type { ConsentUrls } from '../links/consent-link';
import type { Mail } from '../ports';
import { escapeHtml } from '../template/escape';
import type { Footer } from '../template/template';

/** SES's limit for the name and the value of a header. */
const MAX_HEADER = 996;

/**
 * The headers of one-click unsubscribe in the order of RFC 8058. SES lets nothing but these two be added once each.
 * `mailto` is left out where the header would be too long: mail programs that know one click use the URL.
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

/** The line that a body without a visible link gets, in the language of its template. */
export function footerOf(
  { unsubscribeUrl }: ConsentUrls,
  footer: ConsentSettings['footer'],
  language = '',
): Footer | undefined {
  if (!footer) return undefined;
  const words = footer[language] ?? footer[''] ?? '';
  return { html: htmlFooter(unsubscribeUrl, words), text: `${words}: ${unsubscribeUrl}` };
}

const htmlFooter = (url: string, words: string): string =>
  `<p style="margin:24px 0;text-align:center;font:13px/1.5 sans-serif"><a href="${escapeHtml(url)}">${escapeHtml(words)}</a></p>`;
