import { isComment } from 'domhandler';
import { type AnyNode, attributeOf, type Document, type Element, elementsOf, parseHtml, startOf } from '../html-tree';
import { SourceView, VALUE } from '../source-view';
import { cssTextOf, type Finding, type LintedHtml } from './finding';

/** Attributes with an address that an email client opens or loads. */
const ADDRESSES = ['href', 'src', 'srcset', 'background', 'poster', 'action', 'formaction'] as const;

interface Address {
  readonly text: string;
  readonly position: number;
  /** The attribute or `url()` as its author wrote it. */
  readonly written: string;
  /** Whether it is the address of a link. */
  readonly isLink: boolean;
}

/** Finds addresses that lead nowhere from an email. `contentIds` is undefined if the attachments are unknown. */
export function lintAddresses(html: LintedHtml, contentIds: readonly string[] | undefined): Finding[] {
  return addressesIn(html, 0).flatMap((address) => {
    const found = judge(address, contentIds);
    return found ? [{ position: address.position, ...found }] : [];
  });
}

function judge(
  { text, written, isLink }: Address,
  contentIds: readonly string[] | undefined,
): Omit<Finding, 'position'> | undefined {
  const address = text.trim();
  if (isLink && /^(#?|javascript:.*)$/is.test(address)) {
    return {
      code: 'MM261',
      says: 'a link must have the address of a page, or recipients click in vain',
      what: written,
    };
  }
  if (address.startsWith('//')) {
    return {
      code: 'MM269',
      says: 'an address must begin with https://, or email clients on a computer take it for a file',
      what: written,
    };
  }
  if (address.startsWith('#') || address.startsWith(VALUE)) return undefined;
  const nowhere = (what: string) => ({ code: 'MM260', says: `got ${written}, ${what}` }) as const;
  if (/^(file:|[a-z]:|\\\\)/i.test(address)) {
    return nowhere('a file that only one computer has. Put it on a web server, and write its https:// address');
  }
  if (/^cid:/i.test(address)) {
    const id = address.slice('cid:'.length);
    if (contentIds === undefined || id.includes(VALUE) || contentIds.includes(id)) return undefined;
    const known = contentIds.length > 0 ? `; its attachments have ${contentIds.join(', ')}` : '';
    return nowhere(`and no attachment of the template has that contentId${known}. Add it with MailAttachment`);
  }
  if (/^[a-z][a-z0-9+.-]*:/i.test(address)) return undefined;
  return nowhere(
    /^[^\s/@]+@[^\s/@]+$/.test(address)
      ? 'an email address. Write mailto: before it'
      : 'a relative address, and an email has no page that it is relative to. Write the whole address, with https://',
  );
}

/** Returns the addresses in attributes, in CSS, and in what only Outlook reads. */
function addressesIn({ document, view }: LintedHtml, offset: number): Address[] {
  const addresses: Address[] = [];
  for (const element of elementsOf(document)) {
    // All addresses are relative to this one.
    if (element.name === 'base' && /^https?:/i.test(element.attribs.href ?? '')) return [];
    // A rule of its own is for style sheets; email clients load nothing else that a link element names.
    if (element.name === 'base' || element.name === 'link') continue;
    for (const { position, ...address } of [...inAttributes(element, view), ...inCss(element, view)]) {
      addresses.push({ ...address, position: offset + position });
    }
  }
  for (const { from, to } of conditionalComments(document)) {
    const inner = new SourceView(view.source.slice(from, to));
    addresses.push(...addressesIn({ document: parseHtml(inner.text), view: inner }, offset + from));
  }
  return addresses;
}

function inAttributes(element: Element, view: SourceView): Address[] {
  return ADDRESSES.flatMap((name) => {
    const value = element.attribs[name];
    const range = attributeOf(element, name, view.text);
    if (value === undefined || !range) return [];
    const isLink = name === 'href' && (element.name === 'a' || element.name === 'area');
    const written = view.source.slice(range.from, range.to);
    const texts = name === 'srcset' ? candidatesOf(value) : [value];
    return texts.map((text) => ({ text, position: range.from, written: short(written), isLink }));
  });
}

/** Matches a `url()`, unless it is in an `@import`. */
const URL_IN_CSS = /(?<!@import\s+)url\(\s*(?:"([^"]*)"|'([^']*)'|&quot;(.*?)&quot;|([^)"'&]*))\s*\)/gi;

function inCss(element: Element, view: SourceView): Address[] {
  const range = cssTextOf(element, view);
  if (!range) return [];
  return [...view.text.slice(range.from, range.to).matchAll(URL_IN_CSS)].map(({ 0: found, index, ...texts }) => {
    const position = range.from + index;
    const text = [texts[1], texts[2], texts[3], texts[4]].find((one) => one !== undefined) ?? '';
    return { text, position, written: short(view.source.slice(position, position + found.length)), isLink: false };
  });
}

/** Returns the addresses of a `srcset`: each is followed by a space and a description, or by a comma. */
const candidatesOf = (srcset: string): string[] =>
  [...srcset.matchAll(/[\s,]*(\S*[^\s,])(?:,|\s+[^,]*,|\s*[^,]*$)/g)].map(([, address]) => address!);

/** Returns the ranges of the HTML in conditional comments (`<!--[if mso]>`). */
function conditionalComments(document: Document): { readonly from: number; readonly to: number }[] {
  const ranges = [];
  const open: AnyNode[] = [document];
  for (let node = open.pop(); node; node = open.pop()) {
    if ('children' in node) open.push(...[...node.children].reverse());
    const begins = isComment(node) ? /^\s*\[if\b[^\]]*\]>/i.exec(node.data) : undefined;
    if (!begins || !isComment(node)) continue;
    const from = (startOf(node) ?? 0) + '<!--'.length;
    ranges.push({ from: from + begins[0].length, to: from + node.data.length });
  }
  return ranges;
}

const MAX_WRITTEN = 120;
const short = (written: string): string =>
  written.length > MAX_WRITTEN ? `${written.slice(0, MAX_WRITTEN)}…` : written.replace(/\s+/g, ' ');
