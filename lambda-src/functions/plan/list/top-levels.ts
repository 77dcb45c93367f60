import tlds from 'tlds';
import { asciiDomain } from '../../../domain/address/ascii-domain';
import { topLevel } from '../../../domain/address/domain';

const EXISTING: ReadonlySet<string> = new Set(tlds.map((name) => asciiDomain(name) ?? name));

/** So many are counted by name; mistyped ones are as many as there are people. */
const NAMED = 20;

/** Recipients whose top-level domain IANA's root zone does not have: each is a certain bounce. */
export class UnknownTopLevels {
  private readonly counts = new Map<string, number>();

  note(asciiAddress: string): void {
    const name = topLevel(asciiAddress);
    if (EXISTING.has(name)) return;
    const { counts } = this;
    const named = counts.has(name) || counts.size < NAMED ? name : 'others';
    counts.set(named, (counts.get(named) ?? 0) + 1);
  }

  /** Undefined without any. */
  get found(): { readonly [topLevel: string]: number } | undefined {
    return this.counts.size > 0 ? Object.fromEntries(this.counts) : undefined;
  }
}
