import {
  RESERVED_COLUMNS,
  type Recipient,
  type RunRef,
  type SkippedOutcome,
  type TrackingSettings,
} from '../../../src/private/contract';
import { parseAddress } from '../../domain/address/parse-address';
import { campaignLabel } from '../../domain/campaign/campaign';
import { recipientKey } from '../../domain/ledger/keys';
import { SAMPLE_URLS } from '../../domain/links/consent-link';
import { type Column, campaignCell, campaignColumn, findColumn, reservedColumn } from '../../domain/list/columns';
import { consentsOf } from '../../domain/list/consent-column';
import type { Header } from '../../domain/list/header';
import type { Row } from '../../domain/list/list';
import { BY_LIST, DUPLICATE, ROW_ERRORS, type RowErrorCode, rejectList } from '../../domain/list/rejections';
import { trimCell } from '../../domain/list/trim';
import { fitsLine } from '../../domain/sending/subject';
import { baseName } from '../../domain/template/locale';
import { MISPLACED_CODES, type MisplacedCode } from '../../domain/template/template';
import { DigestSet } from './digest-set';
import type { ListOptOuts } from './list/list-opt-outs';
import type { RowTenant } from './list/row-tenant';
import { UnknownTopLevels } from './list/top-levels';
import type { RowHeaders } from './row-headers';
import { SectionValues } from './section-values';
import type { Chosen, TemplateChoice } from './template-choice';
import { cellValue, LOST_LETTERS, rowValues, SHEET_ERROR, UNCALCULATED } from './values';

/** Why a row became no recipient. */
export interface Skipped {
  readonly outcome: SkippedOutcome;
  readonly code: string;
  readonly reason: string;
}

/** Turns rows into recipients. Of several rows with one recipient key, the first one wins. */
export class Recipients {
  private readonly seen = new DigestSet();
  private readonly keyColumn?: number;
  /** The campaign that each row must name; undefined if the list has no campaign column. */
  private readonly campaign?: string;
  /** The column with the uncertain claims to resend, if an operator allowed that for this list. */
  private readonly doubt?: Column;
  /** Reads a row's consent to tracking. */
  private readonly consentOf: ReturnType<typeof consentsOf>;
  /** The number of recipients without texts in their language, by language. */
  readonly unknownLocales = new Map<string, number>();
  /** The number of recipients whose top-level domain does not exist, by that domain. */
  readonly unknownTopLevels = new UnknownTopLevels();
  readonly sectionValues = new SectionValues();
  constructor(
    private readonly header: Header,
    private readonly choice: TemplateChoice,
    private readonly run: RunRef,
    private readonly headers: RowHeaders,
    private readonly tenants: RowTenant,
    private readonly optOuts?: ListOptOuts,
    tracking?: TrackingSettings,
  ) {
    this.consentOf = consentsOf(header, tracking);
    const { column } = run.identity;
    if (column !== undefined) {
      this.keyColumn = findColumn(header, column)?.index;
      if (this.keyColumn === undefined) {
        throw rejectList(
          'MM306',
          column,
          header.columns.map(({ name }) => name),
        );
      }
    }
    if (run.resendInDoubt) this.doubt = reservedColumn(header, RESERVED_COLUMNS.claim);
    this.campaign = campaignColumn(header) && (run.draft ? (run.targetCampaign ?? run.campaign) : run.campaign);
  }

  of(given: Row): Recipient | Skipped {
    const { row, line, part, malformed, fillable } = given;
    if (malformed && !fillable) return invalid(malformed);
    const cells = fillable ? filledUp(given.cells, this.header.width) : given.cells;
    if (fillable && this.needs() >= given.cells.length) return invalid('MM401');
    // A retry file of another campaign holds only the recipients that campaign did not reach.
    if (this.campaign !== undefined && campaignCell(this.header, cells) !== this.campaign) return invalid('MM410');
    const parsed = parseAddress(cellValue(cells[this.header.email.index]!));
    if ('code' in parsed) return invalid(parsed.code, parsed.reason);

    const chosen = this.choice.of(cells);
    if (!chosen) return invalid('MM407');
    if (fillable && this.needs(chosen) >= given.cells.length) return invalid('MM401');
    if (chosen.canLeave && this.optOuts?.suppresses(parsed.address, cells))
      return { outcome: 'suppressed', ...BY_LIST };
    const vars = rowValues(this.header, cells, chosen.aliases);
    this.rejectUnshown(given, chosen, vars);
    const faulty = this.faulty(chosen, vars);
    if (faulty) return faulty;
    const empty = chosen.template.missing(vars);
    if (empty.length > 0) return this.invalidIn('MM408', empty);
    const misplaced = chosen.template.misplaced(vars, chosen.locale);
    for (const code of MISPLACED_CODES) {
      if (misplaced[code].length > 0) return this.invalidIn(code, misplaced[code]);
    }
    const headers = this.headers.of(cells);
    if (typeof headers === 'string') return invalid(headers);
    const tenant = this.tenants.of(cells);
    if (!tenant) return invalid('MM437');
    const mail = { ...SAMPLE_URLS, campaign: campaignLabel(this.run), template: baseName(chosen.name) };
    const values = { vars, mail, locale: chosen.locale };
    const subject = chosen.template.renderSubject(values);
    if (!fitsLine(subject)) return invalid('MM434');
    if (subject === '' || chosen.template.isEmpty(values)) return invalid('MM436');

    this.unknownTopLevels.note(parsed.address);
    this.sectionValues.note(chosen.template, vars);
    const value = this.keyColumn === undefined ? undefined : trimCell(cells[this.keyColumn]!).normalize('NFC');
    if (value === '') return invalid('MM409');
    const key = recipientKey(parsed.address, this.run.campaign, value, this.run.identity.folding);
    if (!this.seen.add(key.pk + key.sk)) return { outcome: 'duplicate', ...DUPLICATE };
    this.optOuts?.noteRecipient(parsed.address);
    if (chosen.unknownLocale !== undefined) this.noteLocale(chosen.unknownLocale);
    const doubt = this.doubt && trimCell(cells[this.doubt.index]!);
    const trackingConsent = this.consentOf(cells);
    return {
      ...{
        row,
        line,
        part,
        to: parsed.address,
        ...key,
        template: chosen.name,
        ...headers,
        ...tenant,
        ...(chosen.template.formats.size > 0 ? { locale: chosen.locale } : {}),
        vars,
        cells: ownCells(this.header, cells),
      },
      ...(doubt ? { doubt } : {}),
      ...(trackingConsent ? { trackingConsent } : {}),
    };
  }

  /** Returns the highest index of a column that the settings or the row's template use. */
  private needs(chosen?: Chosen): number {
    const { header, keyColumn = -1, choice, headers, tenants } = this;
    const given = [keyColumn, choice.lastColumn, headers.lastColumn, tenants.lastColumn, chosen?.lastColumn ?? -1];
    return Math.max(header.email.index, ...given);
  }

  /** Rejects the list if a template prints a cell whose display depends on the spreadsheet's regional settings. */
  private rejectUnshown({ line, unshown }: Row, { template }: Chosen, vars: { readonly [name: string]: string }): void {
    for (const name of unshown ? template.names : []) {
      const column = findColumn(this.header, name);
      const format = column && unshown!.get(column.index);
      if (format !== undefined && template.prints(name, vars)) throw rejectList('MM357', line, column!.name, format);
    }
  }

  /** Returns an error if the template prints a value that a spreadsheet or another program has corrupted. */
  private faulty({ template }: Chosen, vars: { readonly [name: string]: string }): Skipped | undefined {
    for (const [code, fault] of [
      ['MM415', UNCALCULATED],
      ['MM412', SHEET_ERROR],
      ['MM413', LOST_LETTERS],
    ] as const) {
      const found = template.names.filter((name) => fault.test(vars[name] ?? '') && template.prints(name, vars));
      if (found.length > 0) return this.invalidIn(code, found);
    }
    return undefined;
  }

  private invalidIn(code: 'MM408' | 'MM412' | 'MM413' | 'MM415' | MisplacedCode, columns: readonly string[]): Skipped {
    const names = columns.map((name) => findColumn(this.header, name)?.name ?? name);
    return invalid(code, `${ROW_ERRORS[code]}: ${names.map((name) => JSON.stringify(name)).join(', ')}`);
  }

  private noteLocale(locale: string): void {
    const { unknownLocales: counts } = this;
    const name = counts.has(locale) || counts.size < LOCALES_NAMED ? locale : 'others';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
}

/** The maximum number of languages counted by name. A column with other contents must not fill the report. */
const LOCALES_NAMED = 20;

const invalid = (code: RowErrorCode, reason: string = ROW_ERRORS[code]): Skipped => ({
  outcome: 'invalid',
  code,
  reason,
});

const filledUp = (cells: readonly string[], width: number): readonly string[] => [
  ...cells,
  ...Array<string>(width - cells.length).fill(''),
];

/** Returns the cells of a row of the wrong length, without MailMatrix's own columns if these come first. */
export const unalignedCells = ({ reserved }: Header, cells: readonly string[]): readonly string[] =>
  reserved.every(({ index }, at) => index === at) ? cells.slice(reserved.length) : cells;

/** Returns the cells of the list's own columns, in order. */
export const ownCells = (header: Header, cells: readonly string[]): readonly string[] =>
  header.reserved.length === 0 ? cells : header.columns.map(({ index }) => cells[index]!);
