import type { ListEncodingName, PlanDocument, PlanOutput, Recipient } from '../../src/private/contract';
import { refused } from '../core/refusals';
import type { LeftOut } from './recipients';

/** So few mistakes refuse no list, however short it is. */
const FORGIVEN = 5;

/** So many converted cells show whether a guess was right. */
const EXAMPLES = 3;

/** What the rows of a list became. */
export class Tally {
  columns: readonly string[] = [];
  delimiter?: string;
  /** Of the upload's metadata. */
  template?: string;
  unknownLocales: ReadonlyMap<string, number> = new Map();
  templateSources?: PlanDocument['templateSources'];
  private rows = 0;
  private recipients = 0;
  private duplicate = 0;
  private readonly invalidByCode: Record<string, number> = {};
  private guess?: { readonly encoding: ListEncodingName; readonly examples: string[] };

  add(row: Recipient | LeftOut): void {
    this.rows++;
    if (!('outcome' in row)) this.recipients++;
    else if (row.outcome === 'duplicate') this.duplicate++;
    else this.invalidByCode[row.code] = (this.invalidByCode[row.code] ?? 0) + 1;
  }

  guessed(encoding: ListEncodingName, cells: readonly string[]): void {
    this.guess ??= { encoding, examples: [] };
    const { examples } = this.guess;
    if (examples.length >= EXAMPLES) return;
    for (const cell of cells) {
      if (examples.length < EXAMPLES && /[^\0-\x7f]/.test(cell)) examples.push(cell.slice(0, 200));
    }
  }

  counts(): Omit<PlanDocument, keyof PlanOutput> {
    const { rows, recipients, invalid, duplicate, columns, delimiter, invalidByCode, template, guess } = this;
    const unknown = this.unknownLocales.size > 0 ? { unknownLocales: Object.fromEntries(this.unknownLocales) } : {};
    return {
      ...{ rows, recipients, invalid, duplicate, columns, delimiter, invalidByCode },
      ...(template === undefined ? {} : { template }),
      ...(guess ? { guess } : {}),
      ...unknown,
      ...(this.templateSources ? { templateSources: this.templateSources } : {}),
    };
  }

  /** Refuses a list of more recipients than the owner ever mails. */
  limit(maxRecipients = Number.POSITIVE_INFINITY): void {
    if (this.recipients > maxRecipients) throw refused('MM338', this.recipients, maxRecipients);
  }

  get sendable(): number {
    return this.recipients;
  }

  /** Refuses the list where too little of it is good; an owner who allows no invalid row at all is taken at his word. */
  judge(maxInvalidPercent: number): void {
    const { rows, invalid } = this;
    if (rows === 0) throw refused('MM308');
    if (this.recipients === 0) throw refused('MM317', invalid, rows);
    const forgiven = maxInvalidPercent === 0 ? 0 : FORGIVEN;
    if (invalid > forgiven && invalid * 100 > maxInvalidPercent * rows) {
      throw refused('MM316', invalid, rows, maxInvalidPercent);
    }
  }

  private get invalid(): number {
    return Object.values(this.invalidByCode).reduce((sum, count) => sum + count, 0);
  }
}
