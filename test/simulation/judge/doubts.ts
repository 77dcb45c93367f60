import type { RunName } from '../world/names';

export interface Decided {
  /** The version of the list that a run is of. */
  readonly versionOf: (run: RunName) => string | undefined;
  /** What a run has pinned for doubts. */
  readonly policyOf: (run: RunName) => 'hold' | 'resend' | undefined;
}

/**
 * The claims in doubt, who decided to send again, and what followed: one more claim for each decision on exactly that
 * doubt. A policy decides on its own run's doubts only, and once; a list of doubts on those that were named in it.
 */
export class Doubts {
  /** By key: the claim in doubt, whatever its record says meanwhile. Gone by proof only. */
  private readonly doubted = new Map<string, string>();
  /** By claim: the doubt that it was made in spite of. */
  private readonly parents = new Map<string, string>();
  /** Keys whose doubts were resent. */
  readonly resent = new Set<string>();
  private readonly runs = new Map<string, RunName>();
  /** By version of a list of doubts, and by key: the claim that was in doubt. */
  private readonly explicit = new Map<string, ReadonlyMap<string, string>>();
  /** By run and key: the doubt that its policy has decided on. */
  private readonly spent = new Map<string, string>();

  constructor(private readonly decided: Decided) {}

  /** The claim of a key that is in doubt. */
  of(key: string): string | undefined {
    return this.doubted.get(key);
  }

  /** The run that made a claim. */
  runOf(claimId: string): RunName | undefined {
    return this.runs.get(claimId);
  }

  get all(): ReadonlyMap<string, string> {
    return this.doubted;
  }

  onDecision(version: string, claims: ReadonlyMap<string, string>): void {
    this.explicit.set(version, claims);
  }

  onDoubt(key: string, claimId: string): void {
    this.doubted.set(key, claimId);
  }

  onProof(key: string): void {
    this.doubted.delete(key);
  }

  /** A run claims: the doubt that no decision allows it to resend, if there is one. */
  onClaim(key: string, claimId: string, run: RunName): string | undefined {
    this.runs.set(claimId, run);
    const doubt = this.doubted.get(key);
    if (doubt === undefined) return undefined;
    if (!this.covered(key, doubt, run)) return doubt;
    this.parents.set(claimId, doubt);
    this.resent.add(key);
    return undefined;
  }

  /** Whether one of two claims was made in spite of the other. */
  related(a: string, b: string): boolean {
    return this.follows(a, b) || this.follows(b, a);
  }

  private follows(later: string, earlier: string): boolean {
    for (let claim = this.parents.get(later); claim !== undefined; claim = this.parents.get(claim)) {
      if (claim === earlier) return true;
    }
    return false;
  }

  private covered(key: string, doubt: string, run: RunName): boolean {
    const named = this.explicit.get(this.decided.versionOf(run) ?? '')?.get(key);
    if (named === doubt) return true;
    if (this.decided.policyOf(run) !== 'resend' || this.runs.get(doubt) !== run) return false;
    const of = `${run} ${key}`;
    const spent = this.spent.get(of) ?? doubt;
    this.spent.set(of, spent);
    return spent === doubt;
  }
}
