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
import { FORMAT, LAYOUT, type Settings } from './private/contract';
import { checkColumnName, checkNumber, fail } from './private/errors';
import { mailerQueue } from './private/functions/mailer-queue';

const DELIMITERS = [',', ';', '\t', '|'];

/** Options for recipient lists. */
export interface IntakeOptions {
  /**
   * The folder of the bucket for lists: CSV files or workbooks (`.xlsx`). Every object under it starts a run. Must
   * end with a slash.
   *
   * @default 'campaigns/'
   */
  readonly prefix?: string;

  /**
   * The folder of the bucket for drafts. A draft is checked and reported with three rendered samples, and nothing is
   * sent. Must end with a slash.
   *
   * @default 'drafts/'
   */
  readonly draftsPrefix?: string;

  /**
   * The encoding of lists without a byte order mark. The upload's metadata `mailmatrix-encoding` overrides it for one
   * list.
   *
   * @default - UTF-8, or UTF-16 where detected. Other bytes are read as Windows-1252 if every possible encoding reads
   * the same, or if at least 20 letters are where western names have them; the report mentions it. Otherwise the list
   * is rejected (MM344)
   */
  readonly encoding?: ListEncoding;

  /**
   * The delimiter between cells: `,`, `;`, a tab or `|`.
   *
   * @default - detected from the header
   */
  readonly delimiter?: string;

  /**
   * The name of the address column. The upload's metadata `mailmatrix-email-column` overrides it for one list.
   *
   * @default - the column with a usual name in a supported language; else the only one that holds addresses
   */
  readonly emailColumn?: string;

  /**
   * Whether a cell may contain lines that look like rows of the list. By default such a list is rejected (MM343),
   * because the usual cause is a stray quotation mark that hides recipients inside the cell.
   *
   * @default false
   */
  readonly acceptRowsInCells?: boolean;

  /**
   * The name of a column that marks opted-out recipients, such as `Status` or `Do not disturb`. Recipients of such
   * rows are suppressed with the reason `by_list`, unless the template is transactional; nothing is stored. A list
   * without the column is rejected (MM348). Set `optOutValues` as well.
   *
   * @default - columns of well-known products, as docs/lists.md lists them
   */
  readonly optOutColumn?: string;

  /**
   * The values of `optOutColumn` that mean "no email", such as `['unsubscribed', 'bounced']`. Case-insensitive.
   *
   * @default - none; required with `optOutColumn`
   */
  readonly optOutValues?: string[];

  /**
   * The name of a column that holds each row's template.
   *
   * @default - the template is selected by the upload's metadata, the folder or `defaultTemplate`
   */
  readonly templateColumn?: string;

  /**
   * The name of a column that holds each row's language, such as `de` or `pt-BR`. A row whose template has texts in
   * that language gets them. Without texts in `pt-BR` it gets those in `pt`, else the template's own; the report
   * counts how many did.
   *
   * @default - every row gets the template's own texts
   */
  readonly localeColumn?: string;

  /**
   * The name of a column that identifies a recipient together with the address, for people who share a mailbox.
   * Recipients with the same address and key get one email.
   *
   * @default - the address alone
   */
  readonly recipientKeyColumn?: string;

  /**
   * The rule that decides which uploads belong to the same campaign.
   *
   * @default CampaignIdentity.byKey()
   */
  readonly identity?: CampaignIdentity;

  /**
   * Whether a campaign keeps its original recipient key after a change of `recipientKeyColumn`, `identity` or the
   * package's address folding. With the new key every recipient would be new to the campaign and get the email again,
   * so by default such a list is rejected. Campaigns that have not sent anything use the current settings.
   *
   * @default false
   */
  readonly keepCampaignKey?: boolean;

  /**
   * The maximum number of rows of a list. Longer lists are rejected.
   *
   * @default 10000000
   */
  readonly maxRows?: number;

  /**
   * The maximum size of a list. Larger lists are rejected.
   *
   * @default Size.gibibytes(5)
   */
  readonly maxSize?: Size;

  /**
   * The maximum share of invalid rows in a list, in percent. A list above it is rejected as a whole.
   *
   * @default 5
   */
  readonly maxInvalidPercent?: number;

  /**
   * Whether the bucket policy restricts uploads. Only principals with `grantUpload` or `grantOperate` can then upload
   * lists and drafts, and only the mailer can write the files that a run sends from, whatever other policies allow. A
   * principal that can deploy can still change the policy. Requires the mailer's own bucket, or one in the same
   * stack.
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

/** Returns the validated prefixes of lists and drafts. */
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

/** Returns the validated intake settings for the handlers. */
export function intakeSettings(options: IntakeOptions): Pick<Settings, 'v' | 'intake' | 'closesAfterDays'> {
  checkNumber('intake.maxRows', options.maxRows, { min: 1, integer: true });
  checkNumber('intake.maxInvalidPercent', options.maxInvalidPercent, { min: 0, max: 100 });
  const maxSize = options.maxSize ?? Size.gibibytes(5);
  checkNumber('intake.maxSize in bytes', maxSize.toBytes(), { min: 1 });
  for (const prop of ['emailColumn', 'templateColumn', 'localeColumn', 'recipientKeyColumn', 'optOutColumn'] as const) {
    checkColumnName(`intake.${prop}`, options[prop]);
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
 * The rules that start a run for an upload. A rule has no suffix filter: EventBridge would combine it with the prefix
 * by "or", and a file of the wrong kind needs an error report too. Drafts have a separate rule that wraps the event:
 * a stack update replaces rules and functions one after the other, and neither an older nor a newer Register may send
 * a draft as a list.
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
