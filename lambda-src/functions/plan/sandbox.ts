import { asciiAddress } from '../../domain/address/address';
import { rejectList } from '../../domain/list/rejections';
import type { Account, SesQueries } from '../../domain/ports';

/** The domain of SES's mailbox simulator, to which SES accepts email even in the sandbox. */
export const SIMULATOR = 'simulator.amazonses.com';

/** Rejects a list with unverified recipients in the SES sandbox, which would refuse their emails one by one. */
export class Sandbox {
  private readonly addresses: string[] = [];
  private readonly verified = new Map<string, Promise<boolean>>();
  private recipients = 0;
  private readonly left: number;

  constructor(
    private readonly ses: SesQueries,
    account: Account,
  ) {
    const { max24Hours, sentLast24Hours } = account;
    this.left = max24Hours < 0 ? Number.POSITIVE_INFINITY : Math.max(0, Math.floor(max24Hours - sentLast24Hours));
  }

  note(address: string): void {
    this.recipients++;
    // A list above the quota is rejected without its addresses.
    if (this.recipients <= this.left) this.addresses.push(address);
  }

  async check(): Promise<void> {
    if (this.recipients > this.left) throw rejectList('MM333', this.recipients, this.left);
    let unverified = 0;
    // Sequentially: SES allows one such request per second.
    for (const address of this.addresses) if (!(await this.canReceive(address))) unverified++;
    if (unverified > 0) throw rejectList('MM334', unverified, this.recipients);
  }

  /** Checks the domain and its parent domains first: one request covers all of a domain's recipients. */
  private async canReceive(written: string): Promise<boolean> {
    const address = asciiAddress(written) ?? written;
    const labels = address
      .slice(address.lastIndexOf('@') + 1)
      .toLowerCase()
      .split('.');
    if (labels.join('.') === SIMULATOR) return true;
    for (; labels.length > 1; labels.shift()) if (await this.isVerified(labels.join('.'))) return true;
    return this.isVerified(address);
  }

  private isVerified(identity: string): Promise<boolean> {
    let answer = this.verified.get(identity);
    if (!answer) {
      answer = this.ses.identityVerified(identity).then((verified) => verified === true);
      this.verified.set(identity, answer);
    }
    return answer;
  }
}
