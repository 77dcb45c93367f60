import { hash } from 'node:crypto';

const WORDS = 4;
const SEGMENTS = 256;

/**
 * A set of strings, stored as 128-bit digests in typed arrays. An entry takes 16 bytes and the tables' slack, against
 * about 100 bytes in a Set. The chance that two of ten million strings share a digest is one in 10^24.
 */
export class DigestSet {
  /** The segments grow independently, so that at most one of them exists twice during a copy. */
  private readonly segments = Array.from({ length: SEGMENTS }, () => new Segment());
  private readonly words = new Uint32Array(WORDS);

  get size(): number {
    return this.segments.reduce((sum, { count }) => sum + count, 0);
  }

  has(text: string): boolean {
    this.digest(text);
    return this.segments[this.words[0]! % SEGMENTS]!.has(this.words);
  }

  /** Adds a string. Returns false if the set already contains it. */
  add(text: string): boolean {
    this.digest(text);
    return this.segments[this.words[0]! % SEGMENTS]!.add(this.words);
  }

  private digest(text: string): void {
    const { words } = this;
    const bytes = hash('sha256', text, 'buffer');
    for (let word = 0; word < WORDS; word++) words[word] = bytes.readUInt32LE(word * 4);
    // An all-zero digest would look like an empty slot.
    if (!(words[0]! | words[1]! | words[2]! | words[3]!)) words[3] = 1;
  }
}

/** A hash table of digests with open addressing. */
class Segment {
  count = 0;
  private table = new Uint32Array(WORDS * 8);

  has(words: Uint32Array): boolean {
    return this.filled(this.find(words, 0));
  }

  add(words: Uint32Array): boolean {
    const slot = this.find(words, 0);
    if (this.filled(slot)) return false;
    this.table.set(words, slot);
    this.count++;
    if (this.count * WORDS > this.table.length * 0.75) this.grow();
    return true;
  }

  /** Returns the index of the digest, or of the empty slot where it belongs (linear probing). */
  private find(words: Uint32Array, from: number): number {
    const { table } = this;
    const mask = table.length - 1;
    // The first word selects the segment, so hash by the second.
    let slot = (words[from + 1]! * WORDS) & mask;
    while (
      this.filled(slot) &&
      !(
        table[slot] === words[from] &&
        table[slot + 1] === words[from + 1] &&
        table[slot + 2] === words[from + 2] &&
        table[slot + 3] === words[from + 3]
      )
    ) {
      slot = (slot + WORDS) & mask;
    }
    return slot;
  }

  private filled(slot: number): boolean {
    const { table } = this;
    return (table[slot]! | table[slot + 1]! | table[slot + 2]! | table[slot + 3]!) !== 0;
  }

  private grow(): void {
    const old = this.table;
    this.table = new Uint32Array(old.length * 2);
    for (let from = 0; from < old.length; from += WORDS) {
      if (!(old[from]! | old[from + 1]! | old[from + 2]! | old[from + 3]!)) continue;
      const slot = this.find(old, from);
      for (let word = 0; word < WORDS; word++) this.table[slot + word] = old[from + word]!;
    }
  }
}
