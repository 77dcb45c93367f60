import { asRecord, type RecipientRecord, STATE, type State } from '../../../lambda-src/domain/ledger/record';
import type { Item } from '../../../lambda-src/domain/ledger/store';
import { entryOf } from '../../../lambda-src/domain/outcomes';
import { TIMING } from '../../../lambda-src/domain/rate/timing';
import type { Outcome } from '../../../src/private/contract';
import { keyOf, type RunName, runName } from '../world/names';
import type { Message } from '../world/ses';
import { type Decided, Doubts } from './doubts';

/** The promises, as what is looked at in every state of the world. */
export type Invariant =
  /** One recipient, one accepted message, and one more for each decision on exactly the claim that was in doubt. */
  | 'never twice'
  /** Nobody in doubt is claimed without such a decision. */
  | 'decision'
  /** One mailer sends the lists of one prefix. */
  | 'one mailer'
  /** Every list that is its object's newest ends with a report, and with nobody left whom nothing keeps from their mail. */
  | 'every list'
  /** One run of a campaign sends at a time: until it is settled, or its execution has ended. */
  | 'turn'
  /** An outage of SES leaves no more in doubt than docs/guarantees.md says. */
  | 'outage'
  /** A record changes only as the table in docs/guarantees.md says. */
  | 'record table'
  /** A record says nothing that SES contradicts. */
  | 'record truth'
  /** Every row of a run that reported has one outcome; the counts add up. */
  | 'counts'
  /** A run's report says nothing that SES contradicts. */
  | 'report truth'
  /** Nothing of a run is sent before somebody approved it, where that is asked for. */
  | 'approval'
  /** Nothing leaves for one who opted out, later than ten seconds after that was acknowledged. */
  | 'no consent'
  /** An event opts an address out if, and only if, SES says that the mailbox is gone or its owner complained. */
  | 'opted out'
  /** Never more in any second than the rate and the stated tolerance. */
  | 'rate'
  /** What a run sends with is what it began with. */
  | 'pinned'
  /** A worker that has seen a pause, or an end, claims nobody. */
  | 'pause'
  /** Nothing goes out before the time that its upload names. */
  | 'start time'
  /** Nothing of a list that was rejected goes out. */
  | 'nothing rejected'
  /** The tracker tells of a broken guarantee only where one was broken. */
  | 'invariant monitor'
  /** Once nothing goes wrong, a run ends, with everybody sent, refused, in doubt or gone. */
  | 'progress';

export interface Violation {
  readonly invariant: Invariant;
  readonly what: string;
}

export interface Rules extends Decided {
  /** SES accepts nothing past a claim's deadline, and its events come before the policy acts: then resending is exact. */
  readonly proven: boolean;
  /** The only promise that is looked at. */
  readonly only?: Invariant;
}

type Both = (a: RecipientRecord | undefined, b: RecipientRecord) => boolean;

/** From each state, and what must hold besides. `null` is no record. */
const TABLE: readonly { from: State | null; to: State; if: Both }[] = (() => {
  const sameClaim: Both = (a, b) => a?.claimId === b.claimId && a.attempt === b.attempt && a.sending === b.sending;
  const newClaim: Both = (a, b) =>
    a?.claimId !== b.claimId && b.attempt === (a?.attempt ?? 0) + 1 && (a?.closed ?? 0) < b.sending;
  const doubts = ({ earlierDoubts = [] }: RecipientRecord, ...more: string[]) => [...earlierDoubts, ...more].join();
  // By a grant for this run and the claim in doubt, which stays known.
  const granted: Both = (a, b) =>
    newClaim(a, b) &&
    a!.grantSending === b.sending &&
    a!.grantClaim === a!.claimId &&
    doubts(b) === doubts(a!, a!.claimId);
  // A resend that did not go out: in doubt by the claim before it, as then.
  const restored: Both = (a, b) =>
    a!.attempt === b.attempt && a!.claimId !== b.claimId && doubts(a!) === doubts(b, b.claimId);
  const { claimed, sent, refused, open, inDoubt } = STATE;
  return [
    { from: null, to: claimed, if: newClaim },
    { from: null, to: open, if: (_, b) => b.attempt === 0 && (b.closed === b.sending || b.sending === 0) },
    { from: open, to: claimed, if: newClaim },
    { from: refused, to: claimed, if: (a, b) => newClaim(a, b) && a!.sending < b.sending },
    { from: inDoubt, to: claimed, if: granted },
    // The same claim again, or its deadline moved on.
    { from: claimed, to: claimed, if: (a, b) => sameClaim(a, b) && a!.deadline <= b.deadline },
    { from: claimed, to: refused, if: (a, b) => sameClaim(a, b) && !a!.earlierDoubts },
    { from: claimed, to: open, if: (a, b) => sameClaim(a, b) && !a!.earlierDoubts },
    { from: claimed, to: inDoubt, if: (a, b) => sameClaim(a, b) || restored(a, b) },
    { from: refused, to: refused, if: sameClaim },
    { from: open, to: open, if: sameClaim },
    { from: inDoubt, to: inDoubt, if: sameClaim },
    { from: sent, to: sent, if: (a, b) => sameClaim(a, b) && a!.messageId === b.messageId },
    ...[claimed, refused, open, inDoubt].map((from) => ({ from, to: sent, if: () => true })),
  ];
})();

interface Begun {
  readonly accepted: ReadonlySet<string>;
  readonly doubts: ReadonlyMap<string, string>;
}

interface Reported {
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

/** Looks at everything that happens and keeps the first promise that is broken. */
export class Judge {
  violation?: Violation;
  private readonly records = new Map<string, RecipientRecord>();
  private readonly accepted = new Map<string, Message[]>();
  /** By run. */
  private readonly reports = new Map<RunName, Reported>();
  /** When an address was opted out. */
  private readonly left = new Map<string, number>();
  /** As it was when a run began. */
  private readonly begun = new Map<RunName, Begun>();
  private readonly refused = new Set<RunName>();
  private readonly doubts: Doubts;

  constructor(private readonly rules: Rules) {
    this.doubts = new Doubts(rules);
  }

  /** An owner resends to the recipients in doubt of this version of a list. */
  onDecision(version: string, claims: ReadonlyMap<string, string>): void {
    this.doubts.onDecision(version, claims);
  }

  onRefused(run: RunName): void {
    this.refused.add(run);
    for (const [message] of this.accepted.values()) {
      if (message?.run === run)
        this.blame('nothing rejected', `run ${run} was refused, and ${message.id} had gone out`);
    }
  }

  onRecord(before: Item | undefined, after: Item): void {
    const [was, is] = [asRecord(before), asRecord(after)!];
    const row = TABLE.find(({ from, to }) => from === (was?.state ?? null) && to === is.state);
    if (!row?.if(was, is)) this.blame('record table', `${told(was)} became ${told(is)}`);
    const key = keyOf(is);
    if (is.state === STATE.claimed && was?.claimId !== is.claimId) {
      const doubt = this.doubts.onClaim(key, is.claimId, runName(is.campaign, is.run));
      if (doubt !== undefined) this.blame('decision', `${told(is)} though ${doubt} is in doubt: nobody decided so`);
    }
    if (is.state === STATE.inDoubt) this.doubts.onDoubt(key, is.claimId);
    if (is.state === STATE.sent) this.doubts.onProof(key);
    this.records.set(key, is);
    this.check(key);
  }

  onAccepted(message: Message): void {
    const key = keyOf(message);
    const all = [...(this.accepted.get(key) ?? []), message];
    this.accepted.set(key, all);
    const other = all.find(
      (one) => one !== message && (this.rules.proven || !this.doubts.related(one.claimId, message.claimId)),
    );
    if (other) this.blame('never twice', `${toldOf(other)} and ${toldOf(message)}`);
    this.check(key);
    if (this.refused.has(message.run)) this.blame('nothing rejected', `${message.id} of run ${message.run}`);
    const said = this.reports.get(message.run)?.outcomes.get(key);
    if (said !== undefined && !mayBeAccepted(said)) {
      this.blame('report truth', `run ${message.run} had reported ${said} of whom its ${message.id} goes to`);
    }
  }

  /** The preferences of an address say whether it is opted out. */
  onPreferences(pk: string, isOptedOut: boolean, now: number): void {
    if (!isOptedOut) this.left.delete(pk);
    else if (!this.left.has(pk)) this.left.set(pk, now);
  }

  onRequest(pk: string, now: number): void {
    const after = now - (this.left.get(pk) ?? now);
    if (after > TIMING.consent)
      this.blame('no consent', `a mail leaves for ${pk.slice(0, 6)} ${after} ms after it left`);
  }

  onRun(run: RunName): void {
    if (this.begun.has(run)) return;
    this.begun.set(run, { accepted: new Set(this.accepted.keys()), doubts: new Map(this.doubts.all) });
  }

  /** A report says how a recipient ended. */
  onReport(run: RunName, outcomes: ReadonlyMap<string, Outcome>, ids: ReadonlyMap<string, string>): void {
    this.reports.set(run, { outcomes });
    for (const [key, outcome] of outcomes) {
      const accepted = this.accepted.get(key) ?? [];
      const begun = this.begun.get(run);
      const known = accepted.some((message) => message.run === run) || begun?.accepted.has(key);
      if (known && !mayBeAccepted(outcome)) {
        this.blame('report truth', `run ${run} reports ${outcome} of ${key}, whom ${accepted[0]!.id} went to`);
      }
      const doubt = this.doubts.of(key);
      const doubted = doubt !== undefined && (begun?.doubts.get(key) === doubt || this.doubts.runOf(doubt) === run);
      if (doubted && !mayBeAccepted(outcome)) {
        this.blame('report truth', `run ${run} reports ${outcome} of ${key}, of whom ${doubt} is in doubt`);
      }
      if (entryOf(outcome).kind === 'accepted' && !accepted.some(({ id }) => id === ids.get(key))) {
        this.blame('report truth', `run ${run} reports ${outcome} of ${key} by a message that SES does not know`);
      }
      // A resend may be proven sent by the message before it.
      const own = this.doubts.resent.has(key) || accepted.some((message) => message.run === run);
      if (outcome === 'sent' && !own) {
        this.blame('report truth', `run ${run} reports sent of ${key}, whom none of its messages went to`);
      }
    }
  }

  blame(invariant: Invariant, what: string): void {
    if ((this.rules.only ?? invariant) === invariant) this.violation ??= { invariant, what };
  }

  stateOf(key: string): State | undefined {
    return this.records.get(key)?.state;
  }

  /** Of every recipient with a record in the campaign. */
  statesOf(campaign: string): readonly State[] {
    return [...this.records.values()].filter((record) => record.campaign === campaign).map(({ state }) => state);
  }

  /** The record against what SES knows. */
  private check(key: string): void {
    const record = this.records.get(key);
    const accepted = this.accepted.get(key) ?? [];
    if (record?.state === STATE.sent && !accepted.some(({ id }) => id === record.messageId)) {
      this.blame('record truth', `${told(record)} by a message that SES does not know`);
    }
    const unmailed = record?.state === STATE.refused || record?.state === STATE.open;
    if (unmailed && accepted.length > 0) {
      this.blame('record truth', `${told(record)} though SES accepted ${accepted[0]!.id}`);
    }
    if (accepted.length > 0 && !record) this.blame('record truth', `${accepted[0]!.id} went to one without a record`);
  }
}

const toldOf = ({ id, run, claimId }: Message): string => `${id} of run ${run}, ${claimId}`;

const mayBeAccepted = (outcome: Outcome): boolean => ['accepted', 'uncertain'].includes(entryOf(outcome).kind);

function told(record: RecipientRecord | undefined): string {
  if (!record) return 'no record';
  const { pk, state, claimId, run, attempt, deadline } = record;
  return `${pk.slice(0, 6)} ${state} (${claimId}, run ${run}, attempt ${attempt}, deadline ${deadline})`;
}
