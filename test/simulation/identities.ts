import { type Invariant, keyOf } from './judge';
import { seatOf } from './lists';
import type { Message } from './post';

export interface AroundIdentities {
  readonly blame: (invariant: Invariant, what: string) => void;
  /** The key column that a campaign's first run pinned. */
  readonly keyColumnOf: (campaign: string) => string | undefined;
  /** Every upload is a campaign of its own, and was so from the beginning. */
  readonly byUpload: boolean;
}

/** A campaign as its owner calls it, whatever deployment its id names. */
export const plainName = (campaign: string): string => campaign.slice(campaign.indexOf('/') + 1);

/** Whom a message goes to, told by its list and not by its ledger key: a deployment changes nobody into somebody else. */
export class Identities {
  private readonly keys = new Map<string, string>();
  private mailer?: string;

  constructor(private readonly around: AroundIdentities) {}

  /** One mailer sends, whichever was first. */
  onMailer({ id, mailer }: Message): void {
    this.mailer ??= mailer;
    if (mailer !== this.mailer)
      this.around.blame('one mailer', `${id} is of ${mailer}, and ${this.mailer} has sent before`);
  }

  onAccepted(message: Message): void {
    const { id, to, subject, campaign } = message;
    const name = plainName(campaign);
    const own = this.around.byUpload ? name : name.replace(/@.*$/, '');
    const seat = this.around.keyColumnOf(campaign) === undefined ? '' : seatOf(subject.split(' ')[1]!);
    const who = `${own} ${to.toLowerCase()} ${seat}`;
    const key = keyOf(message);
    const first = this.keys.get(who) ?? key;
    this.keys.set(who, first);
    if (first !== key) this.around.blame('never twice', `${id} goes to ${who} by another record than the one before`);
  }
}
