import { RESERVED_COLUMNS, type Recipient, type RunRef, type Settings } from '../../src/private/contract';
import { parseAddress } from '../core/address';
import { DigestSet } from '../core/digest-set';
import { isLink } from '../core/escape';
import { type Column, campaignCell, campaignColumn, type Header, reservedColumn } from '../core/header';
import { recipientKey } from '../core/keys';
import type { Row } from '../core/list';
import { foldName } from '../core/names';
import { DUPLICATE, REJECTIONS, type RejectionCode, refused } from '../core/refusals';
import { trimCell } from '../core/trim';
import type { TemplateChoice } from './choice';

export interface LeftOut {
  readonly outcome: 'invalid' | 'duplicate';
  readonly code: string;
  readonly reason: string;
}

/** Makes recipients of rows; the first row of a recipient key wins. */
export class Recipients {
  private readonly seen = new DigestSet();
  private readonly keyColumn?: number;
  /** Whose the rows must say that they are. */
  private readonly campaign?: string;
  /** Which claims in doubt are resent, where an operator allowed it for this list. */
  private readonly doubt?: Column;
  /** How many get the texts of another language than theirs. */
  readonly unknownLocales = new Map<string, number>();

  constructor(
    private readonly header: Header,
    private readonly choice: TemplateChoice,
    private readonly run: RunRef,
    { recipientKeyColumn }: Settings['intake'],
  ) {
    if (recipientKeyColumn !== undefined) {
      const folded = foldName(recipientKeyColumn);
      this.keyColumn = header.columns.find((column) => column.folded === folded)?.index;
      if (this.keyColumn === undefined) {
        throw refused(
          'MM306',
          recipientKeyColumn,
          header.columns.map(({ name }) => name),
        );
      }
    }
    if (run.resendInDoubt) this.doubt = reservedColumn(header, RESERVED_COLUMNS.claim);
    this.campaign = campaignColumn(header) && (run.draft ? (run.boundTo ?? run.campaign) : run.campaign);
  }

  of({ row, line, cells, malformed }: Row): Recipient | LeftOut {
    if (malformed) return invalid(malformed);
    // A retry file used for another mailing would go to those the other one did not reach.
    if (this.campaign !== undefined && campaignCell(this.header, cells) !== this.campaign) return invalid('MM410');
    const parsed = parseAddress(cells[this.header.email.index]!);
    if ('code' in parsed) return invalid(parsed.code);

    const chosen = this.choice.of(cells);
    if (!chosen) return invalid('MM407');
    const vars: Record<string, string> = Object.create(null);
    for (const { folded, index } of this.header.columns) vars[folded] = trimCell(cells[index]!);
    const empty = chosen.template.missing(vars);
    if (empty.length > 0) return this.invalidIn('MM408', empty);
    const { links } = chosen.template;
    const wrong = links.filter((name) => vars[name] && !isLink(vars[name]));
    if (wrong.length > 0) return this.invalidIn('MM411', wrong);

    const value = this.keyColumn === undefined ? undefined : trimCell(cells[this.keyColumn]!).normalize('NFC');
    if (value === '') return invalid('MM409');
    const key = recipientKey(parsed.address, this.run.campaign, value);
    if (!this.seen.add(key.pk + key.sk)) return { outcome: 'duplicate', ...DUPLICATE };
    if (chosen.unknownLocale !== undefined) this.noteLocale(chosen.unknownLocale);
    const doubt = this.doubt && trimCell(cells[this.doubt.index]!);
    return {
      ...{ row, line, to: parsed.address, ...key, template: chosen.name, vars, cells: ownCells(this.header, cells) },
      ...(doubt ? { doubt } : {}),
    };
  }

  private invalidIn(code: 'MM408' | 'MM411', columns: readonly string[]): LeftOut {
    const names = columns.map(
      (folded) => this.header.columns.find((column) => column.folded === folded)?.name ?? folded,
    );
    return invalid(code, `${REJECTIONS[code]}: ${names.map((name) => JSON.stringify(name)).join(', ')}`);
  }

  private noteLocale(locale: string): void {
    const { unknownLocales: counts } = this;
    const name = counts.has(locale) || counts.size < LOCALES_NAMED ? locale : 'others';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
}

/** So many languages are counted one by one; a column that holds something else must not fill the report. */
const LOCALES_NAMED = 20;

const invalid = (code: RejectionCode, reason: string = REJECTIONS[code]): LeftOut => ({
  outcome: 'invalid',
  code,
  reason,
});

/** Of a row of the wrong length, which has no columns: all but ours, where they come first. */
export const unalignedCells = ({ reserved }: Header, cells: readonly string[]): readonly string[] =>
  reserved.every(({ index }, at) => index === at) ? cells.slice(reserved.length) : cells;

/** The cells of the list's own columns, in their order. */
export const ownCells = (header: Header, cells: readonly string[]): readonly string[] =>
  header.reserved.length === 0 ? cells : header.columns.map(({ index }) => cells[index]!);
