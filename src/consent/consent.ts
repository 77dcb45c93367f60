import { Duration, type RemovalPolicy, Size, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { type ConsentPageDocument, type ConsentSettings, ENV, FORMAT, type TopicDocument } from '../private/contract';
import { checkDuration, checkNumber, fail } from '../private/errors';
import { handlerFunction } from '../private/functions/handler-function';
import { grantReadSecret, linkSecret } from '../private/functions/link-secret';
import type { PartProps } from '../private/functions/part-props';
import { grantUseTable } from '../private/grants/key-rights';
import { footerTexts, parseMailbox } from '../private/synth';
import type { Sender } from '../sender';
import { busEnvironment, tracksReaders } from '../tracking';
import { type BoundEndpoint, ConsentEndpoint } from './consent-endpoint';
import { ConsentPage } from './consent-page';
import { Suppression } from './suppression';
import type { Topic } from './topic';

/** Options for unsubscribing and suppression. */
export interface ConsentOptions {
  /**
   * The endpoint that unsubscribe links lead to.
   *
   * @default ConsentEndpoint.functionUrl()
   */
  readonly endpoint?: ConsentEndpoint;

  /**
   * The pages behind the unsubscribe links.
   *
   * @default ConsentPage.builtIn()
   */
  readonly page?: ConsentPage;

  /**
   * A mailbox for unsubscribe requests by email, such as `unsubscribe@example.com`. MailMatrix does not process what
   * arrives there; the subject contains the link's code.
   *
   * @default - none; Gmail, Yahoo and Microsoft require only one click over HTTPS
   */
  readonly mailto?: string;

  /**
   * Whether to append an unsubscribe link to a body whose template does not print `{{mail.unsubscribeUrl}}`. Gmail
   * requires a visible link besides the header.
   *
   * @default true
   */
  readonly footer?: boolean;

  /**
   * The SES suppression list that applies to addresses that bounced or complained.
   *
   * @default Suppression.configurationSet(SuppressionReasons.COMPLAINTS_ONLY)
   */
  readonly suppression?: Suppression;

  /**
   * The time after which the link secret gets a new key, from 1 to 1000 days. Links made with the previous key work for
   * another 400 days.
   *
   * @default - no automatic rotation
   */
  readonly rotateKeysEvery?: Duration;

  /**
   * The reserved concurrency of the consent function, which is also its maximum. It protects your other functions
   * from a flood of requests, but is taken from the account's unreserved concurrency. One execution answers about
   * fifty requests per second.
   *
   * @default - none
   */
  readonly reservedConcurrentExecutions?: number;
}

/** @internal */
export interface ConsentProps extends PartProps {
  readonly options: ConsentOptions;
  /** The topics of the mailer's templates. */
  readonly mailTopics: readonly Topic[];
  readonly removalPolicy: RemovalPolicy;
}

/** Returns the validated consent settings for the handlers. */
export function consentSettings(
  { mailto, footer, suppression, page }: ConsentOptions,
  locales: readonly string[],
): ConsentSettings {
  if (
    mailto !== undefined &&
    !Token.isUnresolved(mailto) &&
    !/^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190}$/.test(mailto)
  ) {
    fail(
      'MM132',
      `consent.mailto: got ${JSON.stringify(mailto)}, allowed is one address of letters, digits and "._+-"`,
    );
  }
  const { language, texts } = (page ?? ConsentPage.builtIn())._options;
  return {
    mailto,
    footer: footer === false ? undefined : footerTexts(locales, language ?? 'en', texts),
    suppression: (suppression ?? Suppression._default())._settings,
  };
}

/** The unsubscribe links: the secret that encrypts them and the function that answers them. */
export class Consent extends Construct {
  public readonly consentFunction: lambda.Function;
  public readonly endpoint: BoundEndpoint;
  public readonly secret: secretsmanager.ISecret;

  constructor(scope: Construct, id: string, props: ConsentProps) {
    super(scope, id);
    const { options, ledger, logGroup, encryptionKey, runtime } = props;
    checkNumber('consent.reservedConcurrentExecutions', options.reservedConcurrentExecutions, {
      min: 1,
      integer: true,
    });
    const secret = linkSecret(this, 'LinkSecret', {
      description:
        'Encrypts the links in mail. Removing a key from it invalidates the links that were made with that key',
      encryptionKey,
      removalPolicy: props.removalPolicy,
    });
    this.secret = secret;
    this.consentFunction = handlerFunction(this, 'Function', {
      functionName: 'consent',
      description: 'Answers the links in mail: who leaves, and what of',
      memory: Size.mebibytes(256),
      timeout: Duration.seconds(20),
      logGroup,
      runtime,
      reservedConcurrentExecutions: options.reservedConcurrentExecutions,
      files: { 'page.json': checkNoTokens(JSON.stringify(pageDocument(props))) },
      environment: {
        [ENV.ledger]: ledger.tableName,
        [ENV.mailer]: props.metricDimension,
        [ENV.linkSecret]: secret.secretArn,
        ...busEnvironment(props.tracking),
      },
    });
    this.endpoint = (options.endpoint ?? ConsentEndpoint.functionUrl())._bind(this, this.consentFunction);
    grantReadSecret(secret, this.consentFunction);
    props.tracking.eventBus?.grantPutEventsTo(this.consentFunction);
    this.consentFunction.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'],
        resources: [ledger.tableArn],
      }),
    );
    grantUseTable(ledger.encryptionKey ?? encryptionKey, this.consentFunction);
    if (options.rotateKeysEvery) this.rotate(secret, options.rotateKeysEvery, props);
  }

  private rotate(secret: secretsmanager.Secret, every: Duration, { logGroup, runtime }: ConsentProps) {
    checkDuration('consent.rotateKeysEvery', every);
    checkNumber('consent.rotateKeysEvery in days', every.toDays({ integral: false }), { min: 1, max: 1000 });
    const rotationLambda = handlerFunction(this, 'Rotate', {
      functionName: 'rotate',
      description: 'Gives the secret of the links in mail a new key',
      memory: Size.mebibytes(256),
      timeout: Duration.minutes(1),
      logGroup,
      runtime,
      environment: {},
    });
    secret.addRotationSchedule('Rotation', {
      rotationLambda,
      automaticallyAfter: every,
      rotateImmediatelyOnUpdate: false,
    });
    // CDK's permission would allow Secrets Manager on behalf of any account.
    for (const permission of rotationLambda.node.findAll()) {
      if (permission instanceof lambda.CfnPermission) permission.sourceAccount = Stack.of(this).account;
    }
  }
}

/** The page is deployed as a file, which cannot contain tokens. */
function checkNoTokens(page: string): string {
  if (Token.isUnresolved(page)) {
    fail(
      'MM204',
      'consent: the title or description of a topic is only known at deployment; a page must be known at synth',
    );
  }
  return page;
}

function pageDocument({ options, sender, mailTopics, tracking }: ConsentProps): ConsentPageDocument {
  const page = options.page ?? ConsentPage.builtIn();
  const { language = 'en', texts, senderName } = page._options;
  return {
    v: FORMAT,
    sender: senderName ?? nameOf(sender),
    language,
    template: page._template,
    texts,
    topics: topicDocuments(mailTopics),
    tracking: tracksReaders(tracking) || undefined,
  };
}

/** Returns the sender's name for the page, or "" if the From address is unknown at synth. */
function nameOf(sender: Sender): string {
  const mailbox = parseMailbox(sender.fromAddress);
  const name = mailbox?.name ?? mailbox?.address.split('@')[1] ?? '';
  return Token.isUnresolved(name) ? '' : name;
}

/** Returns each topic once. If templates share a topic, one of them can define its title and description. */
function topicDocuments(topics: readonly Topic[]): TopicDocument[] {
  const found = new Map<string, TopicDocument>();
  for (const { topicName: name, _options: options } of topics) {
    if (name === undefined) continue;
    const before: TopicDocument = found.get(name) ?? { name };
    for (const key of ['title', 'description'] as const) {
      const [one, other] = [before[key], options[key]];
      if (one === undefined || other === undefined || one === other) continue;
      fail(
        'MM133',
        `Topic.named(${JSON.stringify(name)}): got the ${key}s ${JSON.stringify(one)} and ${JSON.stringify(other)}, allowed is one`,
      );
    }
    found.set(name, {
      name,
      title: before.title ?? options.title,
      description: before.description ?? options.description,
    });
  }
  return [...found.values()];
}
