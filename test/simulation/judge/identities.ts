import { seatOf } from '../lives/lists';
import type { Registry } from '../lives/registry';
import { keyOf } from '../world/names';
import type { Message } from '../world/ses';
import type { Invariant } from './judge';

export interface AroundIdentities {
  readonly blame: (invariant: Invariant, what: string) => void;
  readonly registry: Registry;
}

/** A campaign as its owner calls it, whatever deployment its id names. */
export const plainName = (campaign: string): string => campaign.slice(campaign.indexOf('/') + 1);

/**
 * The recipient of a message by its list, not by its ledger key: no deployment may change one recipient into another.
 */
export class Identities {
  private readonly keys = new Map<string, string>();
  /** By a list's name. */
  private readonly byUpload = new Map<string, boolean>();
  /** By campaign: the key column. */
  private readonly columns = new Map<string, string | undefined>();
  private mailer?: string;

  constructor(private readonly around: AroundIdentities) {}

  /** One mailer sends, whichever was first. */
  onMailer({ id, mailer }: Message): void {
    this.mailer ??= mailer;
    if (mailer !== this.mailer)
      this.around.blame('one mailer', `${id} is of ${mailer}, and ${this.mailer} has sent before`);
  }

  onAccepted(message: Message): void {
    const { id, to, subject, campaign, run } = message;
    const name = plainName(campaign);
    // What the first run that sends goes by holds for all: whether each upload is a campaign of its own, and the column.
    const base = name.replace(/@.*$/, '');
    if (!this.byUpload.has(base)) this.byUpload.set(base, name !== base);
    const own = this.byUpload.get(base) ? name : base;
    if (!this.columns.has(own)) this.columns.set(own, this.around.registry.of(run)?.identity.column);
    const seat = this.columns.get(own) === undefined ? '' : seatOf(subject.split(' ')[1]!);
    const who = `${own} ${to.toLowerCase()} ${seat}`;
    const key = keyOf(message);
    const first = this.keys.get(who) ?? key;
    this.keys.set(who, first);
    if (first !== key) this.around.blame('never twice', `${id} goes to ${who} by another record than the one before`);
  }
}
