import { configuredIdentity } from '../../lambda-src/domain/campaign/identity';
import { campaignDigest } from '../../lambda-src/domain/ledger/keys';
import type { HiddenRows } from '../../lambda-src/domain/list/table/table';
import { uncounted } from '../../lambda-src/domain/metrics';
import type { Log, SesQueries } from '../../lambda-src/domain/ports';
import type { AttachmentsDocument } from '../../lambda-src/domain/run/attachments';
import { baseName } from '../../lambda-src/domain/template/locale';
import type { TemplateWarning } from '../../lambda-src/domain/template/template-errors';
import { plan } from '../../lambda-src/functions/plan/plan';
import { targetCampaign } from '../../lambda-src/functions/register/target-campaign';
import {
  type AttachmentDocument,
  FORMAT,
  LAYOUT,
  type ListRejection,
  METADATA,
  type PlanDocument,
  type RunRef,
  type Settings,
  type SkippedRow,
  type TemplateDocument,
  type TemplatesDocument,
} from '../../src/private/contract';
import type { LocalFiles } from '../shared/list/local-files';
import { withoutUndefined } from './app-mailer';
import type { LintedTemplates } from './templates';

export interface Check {
  /** The template in the upload's metadata. */
  readonly template?: string;
  /** The sheet of a workbook in the upload's metadata. */
  readonly sheet?: string;
  readonly hidden?: HiddenRows;
  /** The templates; if undefined, variables are not checked. */
  readonly templates?: LintedTemplates;
  /** Contents of the templates' attachments. */
  readonly attachments?: AttachmentsDocument;
  /** The campaign to send the list in, `<mailer>/<name>`. Default: the one that a retry or invalid-rows file names. */
  readonly campaign?: string;
  readonly intake: Partial<Settings['intake']>;
  /** The mailer's limits on a campaign. */
  readonly limits?: Settings['limits'];
}

export type Checked = Pick<
  PlanDocument,
  | 'rows'
  | 'recipients'
  | 'invalid'
  | 'duplicate'
  | 'columns'
  | 'delimiter'
  | 'invalidByCode'
  | 'guess'
  | 'readAs'
  | 'readings'
  | 'suppressedByList'
  | 'unknownTopLevels'
  | 'yesNoSections'
  | 'parts'
> & {
  readonly rejection?: ListRejection;
  /** The campaign that a retry or invalid-rows file continues, by its first row. */
  readonly targetCampaign?: string;
  /** Whether the list was checked against templates. */
  readonly templates: boolean;
  /** What the linter found in the templates. Absent if it found nothing. */
  readonly templateWarnings?: readonly TemplateWarning[];
  /** The files attached to every email of a template, by template. */
  readonly attachments?: { readonly [template: string]: readonly Attached[] };
  /** The first skipped rows, without their cells. */
  readonly skipped: readonly Omit<SkippedRow, 'cells'>[];
};

/** An attached file, without its content. */
export type Attached = Omit<AttachmentDocument, 'sha256'>;

export const attachmentsOf = ({ attachments = [] }: Pick<TemplateDocument, 'attachments'>): Attached[] =>
  attachments.map(({ sha256: _, ...one }) => one);

function attachmentsByTemplate({ templates }: TemplatesDocument): Pick<Checked, 'attachments'> {
  const all = Object.entries(templates).filter(
    ([name, { attachments }]) => name === baseName(name) && attachments?.length,
  );
  return all.length > 0 ? { attachments: Object.fromEntries(all.map(([name, of]) => [name, attachmentsOf(of)])) } : {};
}

/** Stands in for missing templates. It has a topic, so that the list's own opt-outs count, as for most templates. */
const NONE: TemplatesDocument = {
  v: FORMAT,
  templates: { any: { subject: '-', text: '-', fromAddress: 'nobody@example.com', replyTo: [], topic: 'any' } },
  identities: [],
};

/** Runs Plan over local files. Its SES is a stub, so checks that need the account pass. */
export async function check(
  { template, sheet, hidden, templates: linted, attachments = {}, campaign, intake, limits }: Check,
  files: LocalFiles,
): Promise<Checked> {
  const { documents: templates, warnings = [] } = linted ?? {};
  const list = files.ref;
  files.metadata = {
    ...(template === undefined ? {} : { [METADATA.template]: template }),
    ...(sheet === undefined ? {} : { [METADATA.sheet]: encodeURIComponent(sheet) }),
    ...(hidden === undefined ? {} : { [METADATA.hidden]: hidden }),
  };
  const bound = await targetCampaign({ list }, { ...files, openList: files.openHead }, intake);
  const run: RunRef = {
    v: FORMAT,
    mailer: 'local',
    campaign: 'local/check',
    campaignDigest: campaignDigest('local/check'),
    identity: configuredIdentity(intake),
    run: 1,
    folder: 'check/',
    list,
    targetCampaign: campaign ?? bound,
    startedAt: new Date(0).toISOString(),
  };
  const settings: Settings = {
    v: FORMAT,
    mailer: run.mailer,
    intake: { prefix: '', maxRows: 10_000_000, maxBytes: 5 * 2 ** 30, maxInvalidPercent: 5, ...intake },
    rate: { accountShare: 1 },
    ...(limits ? { limits } : {}),
    inDoubt: 'hold',
    closesAfterDays: 30,
  };
  let planned: PlanDocument | undefined;
  const planFiles: LocalFiles = {
    ...files,
    async putIfAbsent(key, body) {
      if (key.endsWith(LAYOUT.plan)) planned = JSON.parse(body) as PlanDocument;
      return true;
    },
  };
  await plan(
    { v: FORMAT, draft: run },
    {
      files: planFiles,
      ses: stubSes,
      log: silent,
      metrics: uncounted,
      clock: { now: () => Date.now(), sleep: async () => {} },
      settings,
      templates: async () => templates ?? NONE,
      attachments: async () => attachments,
    },
  );
  const { rows, recipients, invalid, duplicate, columns, delimiter, invalidByCode, rejection } = planned!;
  const { guess, readAs, readings, suppressedByList, unknownTopLevels, yesNoSections, parts } = planned!;
  const skipped = files.skipped.map(({ cells: _, ...row }) => row);
  return {
    ...(rejection ? { rejection } : {}),
    ...(bound === undefined ? {} : { targetCampaign: bound }),
    rows,
    recipients,
    invalid,
    duplicate,
    columns,
    delimiter,
    invalidByCode,
    ...withoutUndefined({ guess, readAs, readings, suppressedByList, unknownTopLevels, yesNoSections, parts }),
    templates: templates !== undefined,
    ...(warnings.length > 0 ? { templateWarnings: warnings } : {}),
    ...attachmentsByTemplate(templates ?? NONE),
    skipped,
  };
}

const silent: Log = { info() {}, warn() {}, error() {} };

const stubSes: SesQueries = {
  account: async () => ({
    sendingEnabled: true,
    productionAccess: true,
    maxPerSecond: 1,
    max24Hours: -1,
    sentLast24Hours: 0,
  }),
  identityVerified: async () => true,
};
