import type { TemplateDocument } from '../../../src/private/contract';
import type { Mail } from '../ports';

/**
 * Asks Microsoft Exchange for no automatic replies. Delivery reports stay, because bounces are counted
 * (https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxcmail, X-Auto-Response-Suppress).
 */
const NO_REPLIES = { name: 'X-Auto-Response-Suppress', value: 'OOF, AutoReply' };

/** Returns the headers of a template's emails: MailMatrix's own, replaced and followed by the owner's. */
export function templateHeaders(
  { headers: owners = [], topic }: Pick<TemplateDocument, 'headers' | 'topic'>,
  from: string,
): Mail['headers'] {
  const own = [...(topic === undefined ? [] : [listId(topic, from)]), NO_REPLIES];
  const replaced = new Set(owners.map(({ name }) => name.toLowerCase()));
  return [...own.filter(({ name }) => !replaced.has(name.toLowerCase())), ...owners];
}

/** The identity of a list (RFC 2919): the topic, within the domain of the From address. */
function listId(topic: string, from: string): Mail['headers'][number] {
  const domain = /@([^\s@<>]+)>?$/.exec(from)?.[1] ?? 'localhost';
  return { name: 'List-Id', value: `<${topic}.${domain.toLowerCase()}>` };
}
