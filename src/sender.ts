import { type Stack, Token } from 'aws-cdk-lib';
import { fail } from './private/errors';
import { parseMailbox } from './private/synth';

/** Options of `Sender.existingDomain`. */
export interface ExistingDomainOptions {
  /** The From address, with or without a name: `Example News <news@example.com>`. In the domain or below it. */
  readonly fromAddress: string;

  /**
   * Where answers go.
   *
   * @default - to the From address
   */
  readonly replyTo?: string[];
}

/** Options of `Sender.existingAddress`. */
export interface ExistingAddressOptions {
  /**
   * A name beside the address, as in `Example News <news@example.com>`.
   *
   * @default - the address alone
   */
  readonly displayName?: string;

  /**
   * Where answers go.
   *
   * @default - to the From address
   */
  readonly replyTo?: string[];
}

/** SES would refuse every message with an answer address that is none. @internal */
export function checkReplyTo(addresses: readonly string[]): void {
  for (const address of addresses) {
    if (Token.isUnresolved(address) || parseMailbox(address)) continue;
    fail(
      'MM102',
      `replyTo: got ${JSON.stringify(address)}, allowed is "service@example.com" or "Service <service@example.com>"`,
    );
  }
}

/** Who the mail is from: an identity that SES has verified in this account and Region. */
export class Sender {
  /**
   * A domain that is verified already. All addresses in it may be senders.
   *
   * @param domain such as `example.com`
   */
  public static existingDomain(domain: string, options: ExistingDomainOptions): Sender {
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
   * One address that is verified already.
   *
   * @param address such as `news@example.com`
   */
  public static existingAddress(address: string, options: ExistingAddressOptions = {}): Sender {
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
     * The addresses of the identity: `@` and its domain, or its one address.
     * @internal
     */
    public readonly _everybody: string,
  ) {
    this._check(fromAddress);
    checkReplyTo(_replyTo);
  }

  /**
   * The bare address of a From header within this identity.
   * @internal
   */
  public _check(fromAddress: string): string {
    // Of one that only the deployment knows, the place of the address may be seen.
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

  /**
   * ARNs that SES checks when mail goes out from these addresses: an address that is an identity of its own counts too.
   * @internal
   */
  public _identityArns(stack: Stack, addresses: readonly string[]): string[] {
    const names = new Set([this.identity, ...addresses]);
    return [...names].map((name) => stack.formatArn({ service: 'ses', resource: 'identity', resourceName: name }));
  }
}
