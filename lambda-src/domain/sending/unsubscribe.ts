import type { ConsentSettings } from '../../../src/private/contract';
import type { ConsentUrls } from '../links/consent-link';
import type { Mail } from '../ports';
import { escapeHtml } from '../template/escape';

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

interface Bodies {
  readonly html?: string;
  readonly text?: string;
}

/** Bodies in which the link can be seen: where a template leaves it out, it stands at the end. */
export function withFooter(
  { html, text }: Bodies,
  { unsubscribeUrl, token }: ConsentUrls,
  footer: ConsentSettings['footer'],
  language = '',
): Bodies {
  if (!footer) return { html, text };
  const words = footer[language] ?? footer[''] ?? '';
  return {
    html: html === undefined || html.includes(token) ? html : beforeEnd(html, htmlFooter(unsubscribeUrl, words)),
    text: text === undefined || text.includes(token) ? text : `${text.trimEnd()}\n\n${words}: ${unsubscribeUrl}\n`,
  };
}

const htmlFooter = (url: string, words: string): string =>
  `<p style="margin:24px 0;text-align:center;font:13px/1.5 sans-serif"><a href="${escapeHtml(url)}">${escapeHtml(words)}</a></p>`;

function beforeEnd(html: string, footer: string): string {
  const end = html.search(/<\/body\s*>(?![\s\S]*<\/body\s*>)/i);
  return end < 0 ? `${html}${footer}` : html.slice(0, end) + footer + html.slice(end);
}
