import type { ListEncodingName, PlanDocument, PlanOutput, Recipient } from '../../../src/private/contract';
import { ADDRESS_FAULTS } from '../../domain/address/parse-address';
import type { JoinedList } from '../../domain/list/parts/read-parts';
import { rejectList } from '../../domain/list/rejections';
import type { Recipients, Skipped } from './recipients';

/** The number of invalid rows that never reject a list, however short it is. */
const FORGIVEN = 5;

/** The number of converted cells in the report, to check a detected encoding. */
const EXAMPLES = 3;

/** Counts the recipients and skipped rows of a list. */
export class Tally {
  list?: JoinedList;
  /** The template named by the upload's metadata. */
  template?: string;
  found?: Pick<Recipients, 'unknownLocales' | 'unknownTopLevels' | 'sectionValues'>;
  readings?: PlanDocument['readings'];
  templateSources?: PlanDocument['templateSources'];
  private rows = 0;
  private recipients = 0;
  private duplicate = 0;
  private suppressed = 0;
  /** Rows that are invalid because a cell holds several addresses. */
  private several = 0;
  private readonly invalidByCode: Record<string, number> = {};
  private guess?: { readonly encoding: ListEncodingName; readonly examples: string[] };

  add(row: Recipient | Skipped): void {
    this.rows++;
    if (!('outcome' in row)) this.recipients++;
    else this.addSkipped(row);
  }

  private addSkipped({ outcome, code, reason }: Skipped): void {
    if (reason.endsWith(ADDRESS_FAULTS.two)) this.several++;
    switch (outcome) {
      case 'duplicate':
        this.duplicate++;
        return;
      case 'suppressed':
        this.suppressed++;
        return;
      case 'invalid':
        this.invalidByCode[code] = (this.invalidByCode[code] ?? 0) + 1;
        return;
      default:
        outcome satisfies never;
    }
  }

  /** Collects example cells of a list whose encoding was detected. */
  addExamples(encoding: ListEncodingName, cells: readonly string[]): void {
    this.guess ??= { encoding, examples: [] };
    const { examples } = this.guess;
    if (examples.length >= EXAMPLES) return;
    for (const cell of cells) {
      if (examples.length < EXAMPLES && /[^\0-\x7f]/.test(cell)) examples.push(cell.slice(0, 200));
    }
  }

  counts(): Omit<PlanDocument, Exclude<keyof PlanOutput, 'recipients'>> {
    const { rows, recipients, invalid, duplicate, invalidByCode, template, guess, list, found, readings } = this;
    const columns = list?.header.columns.map(({ name }) => name) ?? [];
    const readAs = list && readAsOf(list);
    const parts = list?.parts;
    const unknownTopLevels = found?.unknownTopLevels.found;
    const yesNoSections = found?.sectionValues.found;
    return {
      ...{ rows, recipients, invalid, duplicate, columns, delimiter: list?.delimiter, invalidByCode },
      ...(this.suppressed > 0 ? { suppressedByList: this.suppressed } : {}),
      ...(parts ? { parts } : {}),
      ...(template === undefined ? {} : { template }),
      ...(guess ? { guess } : {}),
      ...(readAs ? { readAs } : {}),
      ...(readings ? { readings } : {}),
      ...(found?.unknownLocales.size ? { unknownLocales: Object.fromEntries(found.unknownLocales) } : {}),
      ...(unknownTopLevels ? { unknownTopLevels } : {}),
      ...(yesNoSections ? { yesNoSections } : {}),
      ...(this.templateSources ? { templateSources: this.templateSources } : {}),
    };
  }

  /** Rejects the list if it has more recipients than the settings allow. */
  limit(maxRecipients = Number.POSITIVE_INFINITY): void {
    if (this.recipients > maxRecipients) throw rejectList('MM338', this.recipients, maxRecipients);
  }

  get sendable(): number {
    return this.recipients;
  }

  /** Rejects the list if it has no recipients, or more invalid rows than the settings allow. */
  judge(maxInvalidPercent: number): void {
    const { rows, invalid } = this;
    if (rows === 0) throw rejectList('MM308');
    if (this.recipients === 0 && this.suppressed > 0) throw rejectList('MM347', this.suppressed, rows);
    if (this.recipients === 0)
      throw invalid === this.several ? rejectList('MM342') : rejectList('MM317', invalid, rows);
    const forgiven = maxInvalidPercent === 0 ? 0 : FORGIVEN;
    if (invalid > forgiven && invalid * 100 > maxInvalidPercent * rows) {
      throw rejectList('MM316', invalid, rows, maxInvalidPercent);
    }
  }

  private get invalid(): number {
    return Object.values(this.invalidByCode).reduce((sum, count) => sum + count, 0);
  }
}

/** Returns how the list was read, if its content decided that and not RFC 4180 and its header. */
function readAsOf({ quotes, shortRows, header, sheet, hiddenRows }: JoinedList): PlanDocument['readAs'] {
  const { email, emailByContent } = header;
  if (quotes === 'strict' && !shortRows && !emailByContent && sheet === undefined) return undefined;
  return {
    ...(quotes === 'strict' ? {} : { quotes }),
    ...(shortRows ? { shortRows } : {}),
    ...(emailByContent ? { emailColumn: email.name } : {}),
    ...(sheet === undefined ? {} : { sheet }),
    ...(hiddenRows ? { hiddenRows } : {}),
  };
}
