import { Duration, Size, Token } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { CampaignIdentity } from './campaign-identity';
import type { IntakeOptions } from './intake-options';
import { FORMAT, LAYOUT, type Settings } from './private/contract';
import { checkColumnName, checkNumber, fail } from './private/errors';
import { mailerQueue } from './private/functions/mailer-queue';

const DELIMITERS = [',', ';', '\t', '|'];

/** Options that name a column. */
const COLUMN_PROPS = [
  ...(['emailColumn', 'templateColumn', 'localeColumn', 'fromNameColumn', 'replyToColumn'] as const),
  ...(['recipientKeyColumn', 'optOutColumn', 'tenantColumn'] as const),
];

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
  for (const prop of COLUMN_PROPS) {
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
      fromNameColumn: options.fromNameColumn,
      replyToColumn: options.replyToColumn,
      tenantColumn: options.tenantColumn,
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
