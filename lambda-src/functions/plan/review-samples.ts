import { METADATA, type Recipient, type Settings } from '../../../src/private/contract';
import { foldAddress } from '../../domain/address/address';
import { parseAddress } from '../../domain/address/parse-address';
import { rejectList } from '../../domain/list/rejections';
import { trimCell } from '../../domain/list/trim';
import { SAMPLES } from './samples';

/** The maximum number of rows of a test, because a person reads them. */
const MOST = 20;

/** Chooses a few rows that represent a list: one of each template and language, then the first of the others. */
export class SampleRows {
  private readonly firsts = new Map<string, Recipient>();
  private readonly others: Recipient[] = [];

  constructor(private readonly most = SAMPLES) {}

  add(recipient: Recipient): void {
    if (!this.firsts.has(recipient.template) && this.firsts.size < this.most)
      this.firsts.set(recipient.template, recipient);
    else if (this.others.length < this.most) this.others.push(recipient);
  }

  get chosen(): readonly Recipient[] {
    return [...this.firsts.values(), ...this.others].slice(0, this.most).sort((a, b) => a.row - b.row);
  }
}

/** Chooses the rows whose emails a reviewer gets, as the upload's metadata says. */
export class ReviewerSamples {
  /** Returns undefined if the upload requests no test. Rejects the list if its test address is not allowed. */
  static of(metadata: { readonly [name: string]: string }, { reviewers = [] }: Settings): ReviewerSamples | undefined {
    const to = metadata[METADATA.testTo];
    if (to === undefined) return undefined;
    // Parse the address, so that a mail server cannot read it as two.
    const parsed = parseAddress(to);
    const address = 'address' in parsed ? foldAddress(parsed.address) : '';
    const allowed = reviewers.some((one) => (one.startsWith('@') ? address.endsWith(one) : address === one));
    if (!allowed) throw rejectList('MM335', reviewers);
    return new ReviewerSamples(address, rowsOf(metadata[METADATA.testRows]));
  }

  private readonly found = new Map<number, Recipient>();
  private readonly samples: SampleRows;

  private constructor(
    readonly to: string,
    private readonly wanted: { readonly rows?: ReadonlySet<number>; readonly sample?: number },
  ) {
    this.samples = new SampleRows(wanted.sample);
  }

  add(recipient: Recipient): void {
    if (this.wanted.rows?.has(recipient.row)) this.found.set(recipient.row, recipient);
    if (!this.wanted.rows) this.samples.add(recipient);
  }

  get chosen(): readonly Recipient[] {
    const { rows } = this.wanted;
    if (!rows) return this.samples.chosen;
    const missing = [...rows].filter((row) => !this.found.has(row));
    if (missing.length > 0) throw rejectList('MM337', missing);
    return [...rows].map((row) => this.found.get(row)!);
  }
}

/** Parses row numbers such as `1,5,9`, or a number of samples such as `sample:3`. */
function rowsOf(text: string | undefined): { readonly rows?: ReadonlySet<number>; readonly sample?: number } {
  const value = trimCell(text ?? '');
  if (value === '') return { sample: SAMPLES };
  const sample = /^sample:([0-9]{1,3})$/.exec(value)?.[1];
  if (sample !== undefined && inRange(Number(sample))) return { sample: Number(sample) };
  const rows = new Set(value.split(',').map((one) => (/^ *[1-9][0-9]{0,7} *$/.test(one) ? Number(one) : Number.NaN)));
  if (sample !== undefined || rows.has(Number.NaN) || !inRange(rows.size)) throw rejectList('MM336', MOST);
  return { rows };
}

const inRange = (count: number): boolean => count >= 1 && count <= MOST;
