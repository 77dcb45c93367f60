import tlds from 'tlds';
import { asciiDomain } from '../../../domain/address/ascii-domain';
import { topLevel } from '../../../domain/address/domain';

const EXISTING: ReadonlySet<string> = new Set(tlds.map((name) => asciiDomain(name) ?? name));

/** The maximum number of domains counted by name. There is no limit to the ways to mistype one. */
const NAMED = 20;

/** Counts recipients whose top-level domain is missing from IANA's root zone. Emails to them always bounce. */
export class UnknownTopLevels {
  private readonly counts = new Map<string, number>();

  note(asciiAddress: string): void {
    const name = topLevel(asciiAddress);
    if (EXISTING.has(name)) return;
    const { counts } = this;
    const named = counts.has(name) || counts.size < NAMED ? name : 'others';
    counts.set(named, (counts.get(named) ?? 0) + 1);
  }

  /** The number of recipients by top-level domain; undefined if there are none. */
  get found(): { readonly [topLevel: string]: number } | undefined {
    return this.counts.size > 0 ? Object.fromEntries(this.counts) : undefined;
  }
}
