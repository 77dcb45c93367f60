import { createReadStream } from 'node:fs';
import { basename, resolve } from 'node:path';
import { configuredIdentity } from '../../lambda-src/domain/campaign/identity';
import { campaignDigest, recipientKey } from '../../lambda-src/domain/ledger/keys';
import { aliasesOf } from '../../lambda-src/domain/list/columns';
import { type List, type Row, readList } from '../../lambda-src/domain/list/list';
import { readingAgain } from '../../lambda-src/domain/list/read-again';
import { ListRejected, ROW_ERRORS } from '../../lambda-src/domain/list/rejections';
import type { HiddenRows } from '../../lambda-src/domain/list/table/table';
import type { AttachmentsDocument } from '../../lambda-src/domain/run/attachments';
import { baseName } from '../../lambda-src/domain/template/locale';
import { compileTemplate, type Template } from '../../lambda-src/domain/template/template';
import { RowTenant } from '../../lambda-src/functions/plan/list/row-tenant';
import { Recipients, type Skipped } from '../../lambda-src/functions/plan/recipients';
import { RowHeaders } from '../../lambda-src/functions/plan/row-headers';
import { TemplateChoice } from '../../lambda-src/functions/plan/template-choice';
import { cellValue, rowValues } from '../../lambda-src/functions/plan/values';
import {
  FORMAT,
  type ListRejection,
  METADATA,
  type Recipient,
  type RunRef,
  type Settings,
  type TemplateDocument,
  type TemplatesDocument,
} from '../../src/private/contract';
import { localFiles } from '../shared/list/local-files';
import { localList, sizeOf } from '../shared/list/local-list';
import { type AppMailer, mailerOfApp, withoutUndefined } from './app-mailer';
import { isBucketFolder, templatesInBucket } from './bucket-folder';
import { type Checked, check } from './check-list';
import type { TemplateOptions } from './options';
import { SAMPLE_ROWS, sampleFor } from './samples';
import { type FoundTemplate, findTemplates, templatesIn } from './templates';

export interface GalleryOptions {
  /** The folder of templates; with `app`, the output of `cdk synth`. */
  readonly directory: string;
  readonly app?: boolean;
  /** The mailer of an app that has several. */
  readonly mailer?: string;
  /** A recipient list. Default: sample data. */
  readonly csv?: string;
  /** The sheet of a workbook that holds the list. */
  readonly sheet?: string;
  readonly hidden?: HiddenRows;
  /** The From address, in place of the templates' own. */
  readonly from?: string;
  readonly intake: Partial<Settings['intake']>;
  /** Options of the templates, without `app`. */
  readonly template?: TemplateOptions;
}

/** A row of the preview, whether or not the mailer would send it. */
export interface ShownRow {
  readonly recipient: Recipient;
  /** The purpose of a sample row. */
  readonly about?: string;
  /** Why Plan would skip the row. */
  readonly skipped?: Skipped;
}

export interface Rows {
  readonly shown: readonly ShownRow[];
  /** Whether the list has more rows than are shown. */
  readonly cut: boolean;
  /** Why Plan would reject the list with this template. */
  readonly rejection?: ListRejection;
}

/** The maximum number of rows in memory. A longer list shows its first rows. */
const MOST_ROWS = 20_000;

type Aliases = ReturnType<typeof aliasesOf>;

/** The templates and the list on disk at one moment. A change on disk makes a new gallery. */
export class Gallery {
  static async of(options: GalleryOptions): Promise<Gallery> {
    if (options.csv !== undefined) sizeOf(options.csv);
    if (isBucketFolder(options.directory)) return new Gallery(options, await templatesInBucket(options.directory));
    if (!options.app) return new Gallery(options);
    const mailer = await mailerOfApp(options.directory, options.mailer);
    const intake = { ...mailer.settings.intake, ...withoutUndefined(options.intake) };
    return new Gallery({ ...options, intake }, templatesIn(mailer.templates), mailer);
  }

  private readonly templatesByName = new Map<string, Template>();
  private readonly verdicts = new Map<string, Promise<Checked | undefined>>();
  private readonly rows = new Map<string, Promise<Rows>>();

  constructor(
    private readonly options: GalleryOptions,
    readonly templates: readonly FoundTemplate[] = findTemplates(options.directory),
    /** The mailer of the templates, with `app`. */
    readonly mailer?: AppMailer,
  ) {}

  /** The contents of the templates' attachments. */
  get attachments(): AttachmentsDocument {
    return this.mailer?.attachments ?? this.options.template?.attachments ?? {};
  }

  get run(): RunRef {
    const campaign = `local/${this.options.csv ? basename(this.options.csv).replace(/\.[^.]*$/, '') : 'preview'}`;
    return {
      v: FORMAT,
      draft: true,
      mailer: 'local',
      campaign,
      campaignDigest: campaignDigest(campaign),
      identity: configuredIdentity(this.options.intake),
      run: 1,
      folder: 'preview/',
      list: { bucket: 'local', key: resolve(this.options.csv ?? 'preview.csv'), etag: '', size: 0 },
      startedAt: new Date(0).toISOString(),
    };
  }

  template(name: string | null): FoundTemplate {
    return this.templates.find((one) => one.name === name) ?? this.templates[0]!;
  }

  document(found: FoundTemplate): TemplateDocument {
    const { from, template } = this.options;
    const sender = from === undefined ? {} : { fromAddress: from, replyTo: [] };
    return { ...found.document, ...template?.document, ...sender };
  }

  /** Compiles a template; undefined if it is malformed. */
  compiled(found: FoundTemplate): Template | undefined {
    const { name, problems } = found;
    if (problems.length > 0) return undefined;
    const known = this.templatesByName.get(name) ?? compileTemplate(this.document(found));
    this.templatesByName.set(name, known);
    return known;
  }

  rowsOf(found: FoundTemplate): Promise<Rows> {
    const { csv } = this.options;
    return once(this.rows, found.name, async () =>
      csv === undefined ? this.sampleRows(found) : this.read(found, csv),
    );
  }

  /** Returns the longest value of each column in the rows that would be sent, which no row may have together. */
  async longestValues(found: FoundTemplate): Promise<{ readonly [column: string]: string }> {
    const { shown } = await this.rowsOf(found);
    const longest: Record<string, string> = Object.create(null);
    for (const { recipient, skipped } of shown) {
      if (skipped) continue;
      for (const [name, value] of Object.entries(recipient.vars)) {
        if (value.length >= (longest[name] ?? '').length) longest[name] = value;
      }
    }
    return longest;
  }

  /** The result of Plan over the whole list. */
  verdictOn(found: FoundTemplate): Promise<Checked | undefined> {
    return once(this.verdicts, found.name, () => this.judge(found));
  }

  /** The well-formed templates. Without a locale column, the shown language replaces the template's default. */
  private documents(found: FoundTemplate): TemplatesDocument {
    const whole = this.templates.filter(({ problems }) => problems.length === 0);
    const templates = Object.fromEntries(whole.map((one) => [one.name, this.document(one)]));
    if (this.options.intake.localeColumn === undefined) templates[baseName(found.name)] = this.document(found);
    return { v: FORMAT, templates, defaultTemplate: baseName(found.name), identities: [] };
  }

  private async judge(found: FoundTemplate): Promise<Checked | undefined> {
    const { csv, sheet, hidden, intake } = this.options;
    if (csv === undefined) return undefined;
    // A malformed template has no columns to check.
    const documents = found.problems.length > 0 ? undefined : this.documents(found);
    const templates = documents && { documents, warnings: [] };
    const template = templates && intake.templateColumn === undefined ? baseName(found.name) : undefined;
    const { attachments } = this;
    return check(
      { template, sheet, hidden, templates, attachments, intake },
      localFiles(localList('preview', [csv]), { onRead: () => {} }),
    );
  }

  private sampleRows(found: FoundTemplate): Rows {
    const compiled = this.compiled(found);
    const columns = compiled?.columns ?? [];
    return {
      cut: false,
      shown: SAMPLE_ROWS.map((sample, index) => ({
        about: sample.about,
        recipient: this.recipient(
          found.name,
          { row: index + 1, line: index + 2 },
          sample.valueFor('email'),
          Object.fromEntries(
            columns.map((column) => [column, sampleFor(sample, column, compiled?.formats.get(column))]),
          ),
        ),
      })),
    };
  }

  private async read(found: FoundTemplate, csv: string): Promise<Rows> {
    const { sheet, hidden, intake } = this.options;
    const wanted = intake.localeColumn === undefined ? baseName(found.name) : found.name;
    let rows: Rows = { shown: [], cut: false };
    try {
      await readingAgain(
        async () => createReadStream(csv),
        { ...intake, sheet, hidden },
        async (body, known) => {
          const list = await readList(body, known);
          const { recipients, rejection } = this.planned(found, list);
          const aliases = recipients ? aliasesOf(list.header, this.compiled(found)?.names ?? []) : [];
          const shown: ShownRow[] = [];
          rows = { shown, cut: false, rejection };
          for await (const row of list.rows) {
            if (shown.length >= MOST_ROWS) {
              rows = { ...rows, cut: true };
              break;
            }
            const made = recipients?.of(row);
            // The row's template or locale column names another template.
            if (made && !('outcome' in made) && made.template !== wanted) continue;
            shown.push(
              made && !('outcome' in made) ? { recipient: made } : this.skipped(found, list, row, aliases, made),
            );
          }
        },
      );
    } catch (error) {
      if (!(error instanceof ListRejected)) throw error;
      return { ...rows, rejection: rows.rejection ?? { code: error.code, message: error.says } };
    }
    return rows;
  }

  private skipped(found: FoundTemplate, { header }: List, row: Row, aliases: Aliases, made?: Skipped): ShownRow {
    const vars = rowValues(header, row.cells, aliases);
    const { malformed } = row;
    return {
      recipient: this.recipient(found.name, row, cellValue(row.cells[header.email.index] ?? ''), vars),
      skipped: made ?? (malformed && { outcome: 'invalid', code: malformed, reason: ROW_ERRORS[malformed] }),
    };
  }

  /** Plan's own row validation for one template, or why it would reject the list. */
  private planned(found: FoundTemplate, list: List): { recipients?: Recipients; rejection?: ListRejection } {
    if (found.problems.length > 0) return {};
    const { intake } = this.options;
    const settings = { prefix: '', maxRows: MOST_ROWS, maxBytes: 0, maxInvalidPercent: 100, ...intake };
    const metadata: Record<string, string> =
      intake.templateColumn === undefined ? { [METADATA.template]: baseName(found.name) } : {};
    try {
      const choice = new TemplateChoice(this.documents(found), list.header, { run: this.run, metadata }, settings);
      return {
        recipients: new Recipients(
          list.header,
          choice,
          this.run,
          new RowHeaders(list.header, intake),
          new RowTenant(list.header, {}),
        ),
      };
    } catch (error) {
      if (!(error instanceof ListRejected)) throw error;
      return { rejection: { code: error.code, message: error.says } };
    }
  }

  private recipient(
    template: string,
    { row, line }: { readonly row: number; readonly line: number },
    to: string,
    vars: { readonly [name: string]: string },
  ): Recipient {
    return { row, line, to, ...recipientKey(to, this.run.campaign), template, vars, cells: [] };
  }
}

function once<T>(made: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = made.get(key) ?? make();
  made.set(key, known);
  return known;
}
