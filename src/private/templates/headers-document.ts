import { Token } from 'aws-cdk-lib';
import type { TemplateDocument } from '../contract';
import { fail } from '../errors';

/**
 * SES's limits of a header, in characters
 * (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_MessageHeader.html).
 */
const MAX_NAME = 126;
const MAX_VALUE = 995;
const MAX_BOTH = 996;

/** SES takes 15 headers per email, of which four are MailMatrix's. */
const MAX_HEADERS = 11;

/**
 * Headers that SES writes itself and refuses in `Headers`
 * (https://docs.aws.amazon.com/ses/latest/dg/header-fields.html), and those that mailers write.
 */
const RESERVED =
  /^(bcc|cc|content-.*|date|dkim-signature|domainkey-signature|from|list-unsubscribe(-post)?|message-id|mime-version|received|reply-to|return-path|sender|subject|to|x-ses-.*)$/i;

/** Checks a template's own headers at synth against SES's rules. */
export function headerDocuments(
  where: string,
  headers: { readonly [name: string]: string } = {},
): TemplateDocument['headers'] {
  const found = Object.entries(headers).map(([name, value]) => ({ name, value }));
  const refuse = (what: string): never => fail('MM240', `${where}: headers ${what}`);
  if (found.length > MAX_HEADERS) refuse(`must be at most ${MAX_HEADERS}, got ${found.length}`);
  const names = new Set<string>();
  for (const { name, value } of found) {
    const got = `got ${JSON.stringify(name)}`;
    if (!/^[!-9;-~]+$/.test(name) || name.length > MAX_NAME) {
      refuse(`must have names of 1 to ${MAX_NAME} printable ASCII characters without ":", ${got}`);
    }
    if (RESERVED.test(name)) refuse(`must not name a header that SES or MailMatrix writes, ${got}`);
    if (names.size === names.add(name.toLowerCase()).size) refuse(`must name each header once, ${got} again`);
    if (Token.isUnresolved(value)) continue;
    if (!/^[ -~]*[!-~][ -~]*$/.test(value) || value.length > MAX_VALUE || name.length + value.length > MAX_BOTH) {
      refuse(
        `must have values of 1 to ${MAX_VALUE} printable ASCII characters, ${MAX_BOTH} with the name, got ${JSON.stringify(value)} for ${JSON.stringify(name)}`,
      );
    }
  }
  return found.length > 0 ? found : undefined;
}
