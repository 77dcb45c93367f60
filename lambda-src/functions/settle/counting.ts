import type { RunRef } from '../../../src/private/contract';
import { moveOf, readSent, unsent, voidCounts } from '../../domain/campaign/counts';
import { begin, type Claim, count, type RecipientRecord, STATE } from '../../domain/ledger/record';
import type { Key, Store, Update } from '../../domain/ledger/store';
import type { CountedOutcome } from '../../domain/outcomes';

type Of = Omit<Claim, 'claimId' | 'deadline' | 'sending'>;

/**
 * Decides which recipients a run moves from which outcome to which in its campaign's counts. A run that decides anew
 * takes a recipient over from the run that counted it last; a later run's decision stays.
 */
export class Counting {
  private readonly dead = new Map<number, boolean>();

  constructor(
    private readonly run: RunRef,
    private readonly store: Store,
  ) {}

  /**
   * Asks what became of the earlier runs that counted this record. The turn is this run's, so each was settled, which
   * wrote its counts first, or is dead: then it has none from here on.
   */
  async ask(record: RecipientRecord | undefined): Promise<void> {
    const { sending, campaignDigest } = this.run;
    if (!record || sending === undefined) return;
    for (const earlier of [record.countedIn ?? 0, sentAfterCount(record) ? record.sending : 0]) {
      if (earlier < 1 || earlier >= sending || this.dead.has(earlier)) continue;
      const said = await readSent(campaignDigest, earlier, this.store);
      const dead = said !== 'counted' && (await this.store.write(voidCounts(campaignDigest, earlier))).applied;
      this.dead.set(earlier, dead);
    }
  }

  /** What to write besides the outcome; undefined if nothing. */
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
      // Proven since; nothing else that was decided changes.
      const proven = as === 'sent' && record.countedAs === 'in_doubt';
      return proven ? count(key, record, { ...countedOf(record), countedAs: as }) : undefined;
    }
    const counted = { countedIn: sending, countedFrom: this.heldBefore(record), countedAs: as };
    if (sentAfterCount(record)) {
      // Its own claim says it, or that of an earlier run.
      if (record.sending === sending) return this.isDead(record.countedIn) ? count(key, record, counted) : undefined;
      return this.isDead(record.sending) ? count(key, record, counted) : undefined;
    }
    // The run that reported a doubt last counts its proof.
    const stays = counted.countedFrom === as && as !== 'in_doubt' && !this.isDead(record.countedIn);
    return stays ? undefined : count(key, record, counted);
  }

  /** What a write that closes the record says of it. */
  closing(record: RecipientRecord | undefined, as: CountedOutcome) {
    const { sending = 0 } = this.run;
    return { countedIn: sending, countedFrom: this.heldBefore(record), countedAs: as };
  }

  /** The move of a recipient once nothing is left to write; undefined if it is not this run's. */
  moveOf(record: RecipientRecord | undefined): string | undefined {
    const { run, sending } = this.run;
    if (!record) return undefined;
    const { countedIn, countedFrom = '', countedAs = '', unsentAs } = record;
    if (sending === undefined) {
      // Other runs may have counted it since.
      return unsentAs?.endsWith(`@${run}`) ? moveOf('', unsentAs) : undefined;
    }
    if (countedIn === sending) return moveOf(countedFrom, countedAs);
    if (sentAfterCount(record) && record.sending === sending) return moveOf(this.heldBefore(record), 'sent');
    return undefined;
  }

  /** How the counts hold the recipient, but for a claim that was sent since. */
  private heldBefore(record: RecipientRecord | undefined): string {
    return (this.isDead(record?.countedIn) ? record?.countedFrom : record?.countedAs) ?? '';
  }

  private isDead(sending: number | undefined): boolean {
    return sending !== undefined && this.dead.get(sending) === true;
  }
}

/** Sent by a claim that came after the record was counted: the run of the claim counts it, and nobody writes so. */
const sentAfterCount = ({ state, sending, countedIn = -1 }: RecipientRecord): boolean =>
  state === STATE.sent && sending > countedIn;

/** A later run has claimed, closed or counted the record, and reports it. */
const isLater = ({ sending, closed = 0, countedIn = 0 }: RecipientRecord, mine: number): boolean =>
  Math.max(sending, closed, countedIn) > mine;

const countedOf = ({ countedIn = 0, countedFrom = '' }: RecipientRecord) => ({ countedIn, countedFrom });
