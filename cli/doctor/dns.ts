import type { Connection } from '../../src/private/contract';
import { type Check, error, named, ok, warning } from './finding';
import type { DoctorPorts } from './ports';

const domainOf = ({ identity }: Connection): string => named(identity).split('@').at(-1)!;

/** Reads the TXT records of a name. A name without records gives an empty list. */
async function txt(name: string, ports: DoctorPorts): Promise<string[]> {
  try {
    return (await ports.txt(name)).map((parts) => parts.join(''));
  } catch (reason) {
    if (/^(ENOTFOUND|ENODATA)$/.test((reason as NodeJS.ErrnoException).code ?? '')) return [];
    throw reason;
  }
}

/** Checks of the DNS records that receiving servers look up. */
export const checkDns: readonly Check[] = [
  {
    name: 'mail from',
    needs: 'ses:GetEmailIdentity',
    async run(connection, ports) {
      const { MailFromDomain, MailFromDomainStatus } =
        (await ports.identity(named(connection.identity))).MailFromAttributes ?? {};
      if (!MailFromDomain) return ok('SES’s own: SPF is Amazon’s, and DMARC rests on DKIM alone');
      if (MailFromDomainStatus !== 'SUCCESS') {
        return warning(
          `${MailFromDomain} is ${MailFromDomainStatus ?? 'not set up'}`,
          'Put its MX record, shown in the SES console, into the DNS',
        );
      }
      const spf = (await txt(MailFromDomain, ports)).filter((record) => /^v=spf1(\s|$)/i.test(record));
      if (spf.length === 1 && /include:amazonses\.com/i.test(spf[0]!)) return ok(MailFromDomain);
      return warning(
        spf.length > 1
          ? `${MailFromDomain} has ${spf.length} SPF records`
          : `${MailFromDomain} has no SPF record of SES`,
        `One TXT record of ${MailFromDomain}: "v=spf1 include:amazonses.com ~all"`,
      );
    },
  },
  {
    name: 'dmarc',
    needs: 'a DNS server',
    async run(connection, ports) {
      const domain = domainOf(connection);
      // A subdomain without a record inherits its parent domain's (RFC 7489).
      const labels = domain.split('.');
      for (let first = 0; first <= labels.length - 2; first++) {
        const name = `_dmarc.${labels.slice(first).join('.')}`;
        const record = (await txt(name, ports)).find((text) => /^v=DMARC1\s*;/i.test(text));
        if (!record) continue;
        const policy = /(?:^|;)\s*p\s*=\s*(\w+)/i.exec(record)?.[1]?.toLowerCase();
        if (policy && /^(none|quarantine|reject)$/.test(policy)) return ok(`${name}: p=${policy}`);
        return error(`${name} has no policy: ${record}`, 'It needs p=none, quarantine or reject');
      }
      return error(
        `${domain} has no DMARC record`,
        `TXT record of _dmarc.${domain}: "v=DMARC1; p=none". Gmail, Yahoo and Outlook refuse bulk mail without`,
      );
    },
  },
];
