import type { RunRef } from '../../../src/private/contract';
import { moveOf, readSent, unsent, voidCounts } from '../../domain/campaign/counts';
import { begin, type Claim, count, type RecipientRecord, STATE } from '../../domain/ledger/record';
import type { Key, Store, Update } from '../../domain/ledger/store';
import type { CountedOutcome } from '../../domain/outcomes';

type Of = Omit<Claim, 'claimId' | 'deadline' | 'sending'>;

/**
 * Decides how a run moves recipients between outcomes in its campaign's counts. A run counts a recipient anew if an
 * earlier run counted it last, and leaves recipients alone that a later run has counted.
 */
export class Counting {
  /** Whether the earlier runs asked for so far are dead, by their sending number. A dead run's counts are void. */
  private readonly dead = new Map<number, boolean>();

  constructor(
    private readonly run: RunRef,
    private readonly store: Store,
  ) {}

  /**
   * Finds out whether the earlier runs that counted this record wrote their counts. This run has the sending turn, so
   * an earlier run either wrote its counts before it was settled, or is dead. Voids the counts of a dead run.
   */
  async ask(record: RecipientRecord | undefined): Promise<void> {
    const { sending, campaignDigest } = this.run;
    if (!record || sending === undefined) return;
    for (const earlier of [record.countedIn ?? 0, sentAfterCount(record) ? record.sending : 0]) {
      if (earlier < 1 || earlier >= sending || this.dead.has(earlier)) continue;
      const state = await readSent(campaignDigest, earlier, this.store);
      const dead = state !== 'counted' && (await this.store.write(voidCounts(campaignDigest, earlier))).applied;
      this.dead.set(earlier, dead);
    }
  }

  /** Returns the write that counts the recipient for this run; undefined if nothing changes. */
  step(key: Key, record: RecipientRecord | undefined, as: CountedOutcome, of: Of): Update | undefined {
    const { run, sending } = this.run;
    if (sending === undefined) {
      if (record) return undefined;
      const unsentAs = unsent(as, run);
      const counted = { countedIn: 0, countedFrom: '', countedAs: unsentAs };
      return begin(key, { ...of, sending: 0, unsentAs }, counted);
    }
    if (!record || isLater(record, sending)) return undefined;
    if (record.countedIn === sending) {
      // An event has proved that the uncertain email was sent. No other decision of this run changes.
      const proven = as === 'sent' && record.countedAs === 'in_doubt';
      return proven ? count(key, record, { ...countedOf(record), countedAs: as }) : undefined;
    }
    const counted = { countedIn: sending, countedFrom: this.heldBefore(record), countedAs: as };
    if (sentAfterCount(record)) {
      // The claim's run counts an email sent since. Write only if the earlier count is void.
      if (record.sending === sending) return this.isDead(record.countedIn) ? count(key, record, counted) : undefined;
      return this.isDead(record.sending) ? count(key, record, counted) : undefined;
    }
    // An unchanged outcome needs no write. `in_doubt` does: the run that reports it last counts a later proof.
    const unchanged = counted.countedFrom === as && as !== 'in_doubt' && !this.isDead(record.countedIn);
    return unchanged ? undefined : count(key, record, counted);
  }

  /** Returns the counting attributes for a write that closes the record to this run. */
  closing(record: RecipientRecord | undefined, as: CountedOutcome) {
    const { sending = 0 } = this.run;
    return { countedIn: sending, countedFrom: this.heldBefore(record), countedAs: as };
  }

  /** Returns the recipient's move once nothing is left to write; undefined if another run counts the recipient. */
  moveOf(record: RecipientRecord | undefined): string | undefined {
    const { run, sending } = this.run;
    if (!record) return undefined;
    const { countedIn, countedFrom = '', countedAs = '', unsentAs } = record;
    if (sending === undefined) {
      // Another run may have counted the recipient since.
      return unsentAs?.endsWith(`@${run}`) ? moveOf('', unsentAs) : undefined;
    }
    if (countedIn === sending) return moveOf(countedFrom, countedAs);
    if (sentAfterCount(record) && record.sending === sending) return moveOf(this.heldBefore(record), 'sent');
    return undefined;
  }

  /** Returns the outcome under which the counts hold the recipient, without a claim that was sent since. */
  private heldBefore(record: RecipientRecord | undefined): string {
    return (this.isDead(record?.countedIn) ? record?.countedFrom : record?.countedAs) ?? '';
  }

  private isDead(sending: number | undefined): boolean {
    return sending !== undefined && this.dead.get(sending) === true;
  }
}

/** Whether an email was sent after the record was last counted. The claim's run then counts it without a write. */
const sentAfterCount = ({ state, sending, countedIn = -1 }: RecipientRecord): boolean =>
  state === STATE.sent && sending > countedIn;

/** Whether a later run has claimed, closed or counted the record. That run reports it. */
const isLater = ({ sending, closed = 0, countedIn = 0 }: RecipientRecord, mine: number): boolean =>
  Math.max(sending, closed, countedIn) > mine;

const countedOf = ({ countedIn = 0, countedFrom = '' }: RecipientRecord) => ({ countedIn, countedFrom });
