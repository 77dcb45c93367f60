import { Duration, Size, Token } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { CampaignIdentity } from './campaign-identity';
import type { ListEncoding } from './list-encoding';
import { FORMAT, LAYOUT, RESERVED_COLUMN_PREFIX, type Settings } from './private/contract';
import { checkNumber, fail } from './private/errors';
import { mailerQueue } from './private/functions/mailer-queue';

const DELIMITERS = [',', ';', '\t', '|'];

/** How recipient lists come in, and what a good one is. */
export interface IntakeOptions {
  /**
   * Where in the bucket lists are put, as CSV files or workbooks (`.xlsx`); every object under it starts a run. It ends in
   * a slash.
   *
   * @default 'campaigns/'
   */
  readonly prefix?: string;

  /**
   * Where in the bucket lists are put that are to be looked at only: they are checked and reported with three rendered
   * samples, and nothing is sent. It ends in a slash.
   *
   * @default 'drafts/'
   */
  readonly draftsPrefix?: string;

  /**
   * The encoding of lists without a byte order mark. The upload's metadata `mailmatrix-encoding` overrides it for one list.
   *
   * @default - UTF-8, or UTF-16 where it shows. Other bytes are read as Windows-1252 if every encoding that they could be
   * reads the same, or if 20 letters or more stand where they do in western names, and the report says so; else the list is
   * rejected (MM344)
   */
  readonly encoding?: ListEncoding;

  /**
   * What stands between the cells: `,`, `;`, a tab or `|`.
   *
   * @default - found from the header
   */
  readonly delimiter?: string;

  /**
   * The column that holds the address. The upload's metadata `mailmatrix-email-column` overrides it for one list.
   *
   * @default - the one whose name says so, in the usual languages; else the only one that holds addresses
   */
  readonly emailColumn?: string;

  /**
   * Whether a cell may hold lines that look like rows of the list. Without it such a list is rejected (MM343), because most
   * often a quotation mark is one too many and recipients are inside the cell.
   *
   * @default false
   */
  readonly acceptRowsInCells?: boolean;

  /**
   * A column by which lists say who wants no email, such as `Status` or `Do not disturb`. Recipients of such rows are
   * suppressed with the reason `by_list`, for topics that can be left; nothing is stored. A list without the column is
   * rejected (MM348). Set `optOutValues` as well.
   *
   * @default - columns of well-known products, as docs/lists.md lists them
   */
  readonly optOutColumn?: string;

  /**
   * What `optOutColumn` says of somebody who wants no email, such as `['unsubscribed', 'bounced']`. Case does not count.
   *
   * @default - none; required with `optOutColumn`
   */
  readonly optOutValues?: string[];

  /**
   * A column that names each row's template.
   *
   * @default - the template goes by the upload's metadata, the folder, or `defaultTemplate`
   */
  readonly templateColumn?: string;

  /**
   * A column that names each row's language, such as `de` or `pt-BR`: of a template with texts in several, the row gets
   * those. Without texts in `pt-BR` it gets those in `pt`, else the template's own, and the report says how many did.
   *
   * @default - everybody gets the template's own texts
   */
  readonly localeColumn?: string;

  /**
   * A column that, together with the address, says who must not be mailed twice: two people may share a mailbox.
   *
   * @default - the address alone
   */
  readonly recipientKeyColumn?: string;

  /**
   * What makes two uploads the same campaign.
   *
   * @default CampaignIdentity.byKey()
   */
  readonly identity?: CampaignIdentity;

  /**
   * Whether a campaign goes on with the key that it began with, where `recipientKeyColumn`, `identity` or the package's way
   * of folding addresses has changed since. By the new key everybody would be new to the campaign and get the email again,
   * so without this such a list is rejected. Campaigns that have not sent anything take what is set now.
   *
   * @default false
   */
  readonly keepCampaignKey?: boolean;

  /**
   * Lists with more rows than this are refused.
   *
   * @default 10000000
   */
  readonly maxRows?: number;

  /**
   * Lists larger than this are refused.
   *
   * @default Size.gibibytes(5)
   */
  readonly maxSize?: Size;

  /**
   * A list of which more than this share of rows is invalid is rejected whole, in per cent.
   *
   * @default 5
   */
  readonly maxInvalidPercent?: number;

  /**
   * Let nobody put lists and drafts but those who got `grantUpload` or `grantOperate`, and nobody but the mailer what a run
   * is sent from, whatever else the policies of the account allow. The bucket's policy says so; who deploys may still
   * change it. For the mailer's own bucket, or one that is made in the same stack.
   *
   * @default false
   */
  readonly restrictUploads?: boolean;
}

/** @internal */
export interface IntakeProps {
  readonly options: IntakeOptions;
  readonly bucket: s3.IBucket;
  readonly stateMachine: sfn.IStateMachine;
  readonly encryptionKey?: kms.IKey;
}

/** The prefixes that lists and drafts are put under, checked. */
export function intakePrefixes(options: IntakeOptions): { readonly prefix: string; readonly draftsPrefix: string } {
  const prefix = checkPrefix('prefix', options.prefix ?? LAYOUT.intake);
  const draftsPrefix = checkPrefix('draftsPrefix', options.draftsPrefix ?? LAYOUT.drafts);
  if (Token.isUnresolved(prefix) || Token.isUnresolved(draftsPrefix)) return { prefix, draftsPrefix };
  if (prefix.startsWith(draftsPrefix) || draftsPrefix.startsWith(prefix)) {
    fail(
      'MM105',
      `intake.draftsPrefix: got ${JSON.stringify(draftsPrefix)}, allowed is a folder that neither holds ${JSON.stringify(prefix)} nor lies in it`,
    );
  }
  return { prefix, draftsPrefix };
}

function checkPrefix(prop: 'prefix' | 'draftsPrefix', prefix: string): string {
  if (Token.isUnresolved(prefix)) return prefix;
  if (!prefix.endsWith('/') || prefix.startsWith('/') || /[*?]/.test(prefix)) {
    fail('MM105', `intake.${prop}: got ${JSON.stringify(prefix)}, allowed is a folder such as "campaigns/"`);
  }
  for (const output of [LAYOUT.reports, LAYOUT.maps, LAYOUT.markers]) {
    if (!prefix.startsWith(output)) continue;
    fail(
      'MM105',
      `intake.${prop}: got ${JSON.stringify(prefix)}, but the mailer writes under "${output}", and what it wrote would start runs`,
    );
  }
  if (prefix.startsWith(LAYOUT.parts)) {
    fail(
      'MM105',
      `intake.${prop} must not lie under "${LAYOUT.parts}", where parts of lists are and start nothing, got ${JSON.stringify(prefix)}`,
    );
  }
  return prefix;
}

/** The owner's settings of the intake, checked, for the handlers. */
export function intakeSettings(options: IntakeOptions): Pick<Settings, 'v' | 'intake' | 'closesAfterDays'> {
  checkNumber('intake.maxRows', options.maxRows, { min: 1, integer: true });
  checkNumber('intake.maxInvalidPercent', options.maxInvalidPercent, { min: 0, max: 100 });
  const maxSize = options.maxSize ?? Size.gibibytes(5);
  checkNumber('intake.maxSize in bytes', maxSize.toBytes(), { min: 1 });
  for (const prop of ['emailColumn', 'templateColumn', 'localeColumn', 'recipientKeyColumn', 'optOutColumn'] as const) {
    const name = options[prop];
    if (name === undefined || Token.isUnresolved(name)) continue;
    if (!name.trim() || name.trim().toLowerCase().startsWith(RESERVED_COLUMN_PREFIX)) {
      fail(
        'MM109',
        `intake.${prop}: got ${JSON.stringify(name)}, allowed is a column name that does not begin with "${RESERVED_COLUMN_PREFIX}"`,
      );
    }
  }
  const { delimiter, optOutColumn, optOutValues = [] } = options;
  if ((optOutColumn === undefined) !== (optOutValues.length === 0)) {
    fail(
      'MM121',
      `intake.optOutColumn and intake.optOutValues must be set together, got ${JSON.stringify(optOutColumn)} and ${JSON.stringify(optOutValues)}`,
    );
  }
  if (delimiter !== undefined && !Token.isUnresolved(delimiter) && !DELIMITERS.includes(delimiter)) {
    fail('MM110', `intake.delimiter: got ${JSON.stringify(delimiter)}, allowed is a comma, a semicolon, a tab or "|"`);
  }
  const identity = options.identity ?? CampaignIdentity.byKey();
  return {
    v: FORMAT,
    intake: {
      ...intakePrefixes(options),
      encoding: options.encoding,
      delimiter: options.delimiter,
      emailColumn: options.emailColumn,
      acceptRowsInCells: options.acceptRowsInCells,
      optOut: optOutColumn === undefined ? undefined : { column: optOutColumn, values: optOutValues },
      templateColumn: options.templateColumn,
      localeColumn: options.localeColumn,
      recipientKeyColumn: options.recipientKeyColumn,
      byUpload: identity._byUpload || undefined,
      keepCampaignKey: options.keepCampaignKey || undefined,
      maxRows: options.maxRows ?? 10_000_000,
      maxBytes: maxSize.toBytes(),
      maxInvalidPercent: options.maxInvalidPercent ?? 5,
    },
    closesAfterDays: identity._closesAfterDays,
  };
}

/**
 * Bucket to state machine. A rule takes every object under its prefix: a suffix beside it would mean "or", and a
 * file of the wrong kind must get an answer too. Drafts have a rule of their own, which wraps the event: the rules and
 * the functions change one after the other when a stack is updated, and no Register, older or newer, may take a
 * draft for a list to be sent.
 */
export class Intake extends Construct {
  public readonly rule: events.Rule;
  public readonly draftsRule: events.Rule;
  public readonly deadLetterQueue: sqs.Queue;

  constructor(scope: Construct, id: string, props: IntakeProps) {
    super(scope, id);
    this.deadLetterQueue = mailerQueue(this, 'DeadLetters', props.encryptionKey);
    const { prefix, draftsPrefix } = intakePrefixes(props.options);
    const rule = (id: string, description: string, under: string, input?: events.RuleTargetInput) =>
      new events.Rule(this, id, {
        description,
        eventPattern: {
          source: ['aws.s3'],
          detailType: ['Object Created'],
          detail: { bucket: { name: [props.bucket.bucketName] }, object: { key: [{ prefix: under }] } },
        },
        targets: [
          new targets.SfnStateMachine(props.stateMachine, {
            input,
            deadLetterQueue: this.deadLetterQueue,
            maxEventAge: Duration.hours(24),
            retryAttempts: 185,
          }),
        ],
      });
    this.rule = rule('Rule', 'Starts a run for every recipient list that is uploaded', prefix);
    const draft = { time: events.EventField.fromPath('$.time'), detail: events.EventField.fromPath('$.detail') };
    this.draftsRule = rule(
      'DraftsRule',
      'Plans every list that is uploaded to be looked at, and sends nothing',
      draftsPrefix,
      events.RuleTargetInput.fromObject({ draft }),
    );
  }
}
