import { asciiAddress } from '../../domain/address/address';
import { rejectList } from '../../domain/list/rejections';
import type { Account, Ses } from '../../domain/ports';

/** SES accepts mail to these in the sandbox as well. */
export const SIMULATOR = 'simulator.amazonses.com';

/** In the SES sandbox only verified recipients get mail; SES would refuse the others one by one. */
export class Sandbox {
  private readonly addresses: string[] = [];
  private readonly verified = new Map<string, Promise<boolean>>();
  private recipients = 0;
  private readonly left: number;

  constructor(
    private readonly ses: Ses,
    account: Account,
  ) {
    const { max24Hours, sentLast24Hours } = account;
    this.left = max24Hours < 0 ? Number.POSITIVE_INFINITY : Math.max(0, Math.floor(max24Hours - sentLast24Hours));
  }

  note(address: string): void {
    this.recipients++;
    // Beyond the quota the list is rejected by its number alone.
    if (this.recipients <= this.left) this.addresses.push(address);
  }

  async check(): Promise<void> {
    if (this.recipients > this.left) throw rejectList('MM333', this.recipients, this.left);
    let unverified = 0;
    // One after the other: SES answers one such question a second.
    for (const address of this.addresses) if (!(await this.canReceive(address))) unverified++;
    if (unverified > 0) throw rejectList('MM334', unverified, this.recipients);
  }

  /** Its domain first, or one above it: one question for all who share it. */
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
