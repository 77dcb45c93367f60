import { Token } from 'aws-cdk-lib';
import { checkProps } from './private/check-props';
import { fail } from './private/errors';
import { parseMailbox } from './private/synth';

/** Options of `Sender.existingDomain`. */
export interface ExistingDomainOptions {
  /**
   * The From address, with or without a name: `Example News <news@example.com>`. Must be in the domain or a subdomain.
   */
  readonly fromAddress: string;

  /**
   * The Reply-To addresses.
   *
   * @default - to the From address
   */
  readonly replyTo?: string[];
}

/** Options of `Sender.existingAddress`. */
export interface ExistingAddressOptions {
  /**
   * The display name of the From address, as in `Example News <news@example.com>`.
   *
   * @default - the address alone
   */
  readonly displayName?: string;

  /**
   * The Reply-To addresses.
   *
   * @default - to the From address
   */
  readonly replyTo?: string[];
}

/** Rejects invalid Reply-To addresses, for which SES would refuse every email. @internal */
export function checkReplyTo(addresses: readonly string[]): void {
  for (const address of addresses) {
    if (Token.isUnresolved(address) || parseMailbox(address)) continue;
    fail(
      'MM102',
      `replyTo: got ${JSON.stringify(address)}, allowed is "service@example.com" or "Service <service@example.com>"`,
    );
  }
}

/** The identity and address that email is sent from. SES must have verified the identity in this account and Region. */
export class Sender {
  /**
   * Uses a verified domain. Every address in it can be a From address.
   *
   * @param domain the domain, such as `example.com`
   */
  public static existingDomain(domain: string, options: ExistingDomainOptions): Sender {
    checkProps('ExistingDomainOptions', options);
    return new Sender(
      domain,
      options.fromAddress,
      options.replyTo ?? [],
      (address) => {
        if (Token.isUnresolved(domain) || Token.isUnresolved(address)) return;
        const host = address.split('@')[1].toLowerCase();
        const identity = domain.toLowerCase();
        if (host !== identity && !host.endsWith(`.${identity}`)) {
          fail('MM102', `fromAddress: got ${JSON.stringify(address)}, allowed is an address in ${domain}`);
        }
      },
      `@${domain}`,
    );
  }

  /**
   * Uses a single verified address.
   *
   * @param address the address, such as `news@example.com`
   */
  public static existingAddress(address: string, options: ExistingAddressOptions = {}): Sender {
    checkProps('ExistingAddressOptions', options);
    const from = options.displayName ? `${JSON.stringify(options.displayName)} <${address}>` : address;
    return new Sender(
      address,
      from,
      options.replyTo ?? [],
      (other) => {
        if (Token.isUnresolved(address) || Token.isUnresolved(other)) return;
        if (other.toLowerCase() !== address.toLowerCase()) {
          fail('MM102', `fromAddress: got ${JSON.stringify(other)}, allowed is the verified address ${address} alone`);
        }
      },
      address,
    );
  }

  private constructor(
    /** The verified identity: a domain or an address. */
    public readonly identity: string,
    /** The From address, as in the header. */
    public readonly fromAddress: string,
    /** @internal */
    public readonly _replyTo: readonly string[],
    private readonly checkAddress: (address: string) => void,
    /**
     * The addresses of the identity: `@` and its domain, or its only address.
     * @internal
     */
    public readonly _everybody: string,
  ) {
    this._check(fromAddress);
    checkReplyTo(_replyTo);
  }

  /**
   * Returns the bare address of a From header, which must be within this identity.
   * @internal
   */
  public _check(fromAddress: string): string {
    // A header with a token can still show where its address is.
    if (Token.isUnresolved(fromAddress)) return /<([^<>]+)>\s*$/.exec(fromAddress)?.[1] ?? fromAddress;
    const mailbox = parseMailbox(fromAddress);
    if (!mailbox) {
      fail(
        'MM102',
        `fromAddress: got ${JSON.stringify(fromAddress)}, allowed is "news@example.com" or "News <news@example.com>"`,
      );
    }
    this.checkAddress(mailbox.address);
    return mailbox.address;
  }
}
