/**
 * Findings of cdk-nag's AwsSolutions that stay, each with its reason. docs/security.md shows them; a finding that is not
 * here fails, and so does a line here that nothing needs any more.
 */
export interface Acknowledged {
  /** The rule, with its finding where it has one. */
  readonly finding: RegExp;
  /** Of the construct's path below the mailer. */
  readonly at: RegExp;
  /** As docs/security.md names it. */
  readonly what: string;
  readonly why: string;
}

export const ACKNOWLEDGED: readonly Acknowledged[] = [
  {
    finding: /^AwsSolutions-S1$/,
    at: /^Bucket\//,
    what: 'S1: the bucket has no server access logs',
    why: 'They need a second bucket that only the account’s owner can choose: `monitoring.accessLogsBucket` takes it',
  },
  {
    finding:
      /^AwsSolutions-IAM5\[Resource::.*\/(campaigns|drafts|parts\/campaigns|parts\/drafts|reports\/mailer|maps\/mailer|mailers)\/\*\]$/,
    at: /Role\/DefaultPolicy\//,
    what: 'IAM5: objects under a folder of the bucket',
    why: 'Names of lists and runs are not known at synth; each role has the folders of its work alone',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    at: /(Plan|Send)Role\/DefaultPolicy\//,
    what: 'IAM5: `ses:GetAccount` on `*`',
    why: 'The action knows no resource. Plan and the send worker read the allowed rate and quota by it',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    at: /Role\/DefaultPolicy\//,
    what: 'IAM5: X-Ray and the network interfaces on `*`',
    why: 'Only with `runtime.tracing` or `runtime.vpc`: these actions know no resource',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:ses:.*:identity\/\*\]$/,
    at: /PlanRole\/DefaultPolicy\//,
    what: 'IAM5: `ses:GetEmailIdentity` on all identities',
    why: 'In the SES sandbox Plan asks of every recipient whether it is verified; which ones, only the list knows. It reads, and nothing more',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:ses:.*:identity\/\*\]$/,
    at: /(Send|Review)Role\/DefaultPolicy\//,
    what: 'IAM5: `ses:SendEmail` on all identities',
    why: 'In the sandbox, SES also asks for the right on the recipient’s identity. The conditions allow the mailer’s From addresses alone',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::<.*\.Arn>:\*\]$/,
    at: /(StateMachine|FollowUp)\/Role\/DefaultPolicy\//,
    what: 'IAM5: versions of the mailer’s own functions',
    why: 'CDK lets a state machine call a function with any version or alias of it',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:states:.*:execution:/,
    at: /(StateMachine\/DistributedMapPolicy|Pipeline\/Executions)\//,
    what: 'IAM5: executions of the mailer’s own state machine',
    why: 'The children of a distributed map, and runs that Register asks about, have no names at synth',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:logs:.*:\*\]$/,
    at: /Role\/DefaultPolicy\//,
    what: 'IAM5: streams of the one log group',
    why: 'Lambda names the streams',
  },
  {
    finding: /^AwsSolutions-IAM5\[Action::kms:GenerateDataKey\*\]$/,
    at: /Role\/DefaultPolicy\//,
    what: 'IAM5: `kms:GenerateDataKey*` on the customer’s key',
    why: 'What CDK grants with the right to publish to an encrypted topic',
  },
  {
    finding: /^AwsSolutions-SF1$/,
    at: /(StateMachine|FollowUp)\//,
    what: 'SF1: the state machines do not log all events',
    why: 'Their executions keep their history for 90 days, and a failure reaches the alert topic; the log would say it twice',
  },
  {
    finding: /^AwsSolutions-SF2$/,
    at: /(StateMachine|FollowUp)\//,
    what: 'SF2: the state machines are not traced',
    why: '`runtime.tracing` switches it on',
  },
  {
    finding: /^AwsSolutions-SMG4$/,
    at: /^(Consent\/LinkSecret|Approval\/ApprovalSecret)\//,
    what: 'SMG4: the secrets of the links are not rotated by themselves',
    why: 'Links in mail already sent must hold for 60 days at least: `consent.rotateKeysEvery` does it; a link to approve is good for days and for one run',
  },
  {
    finding: /^AwsSolutions-SQS3$/,
    at: /DeadLetters\//,
    what: 'SQS3: a dead-letter queue without a dead-letter queue',
    why: 'It is one',
  },
];

/** Findings of checkov: its check, and the type of the resource. */
export const CHECKOV: readonly { readonly finding: string; readonly what: string; readonly why: string }[] = [
  {
    finding: 'CKV_AWS_18 AWS::S3::Bucket',
    what: 'the bucket has no access logs',
    why: 'As S1 above',
  },
  {
    finding: 'CKV_AWS_149 AWS::SecretsManager::Secret',
    what: 'the secret of the links is not under a key of yours',
    why: 'Secrets Manager encrypts it; with `encryptionKey` it is under that key',
  },
  {
    finding: 'CKV_AWS_158 AWS::Logs::LogGroup',
    what: 'the log group is not under a key of yours',
    why: 'CloudWatch encrypts it, and no recipient is in it; with an `encryptionKey` that is made in the app it is under that key',
  },
  {
    finding: 'CKV_AWS_26 AWS::SNS::Topic',
    what: 'the alert topic is not under a key',
    why: 'It names no recipient, and with the AWS-managed key CloudWatch’s alarms would be lost; with `encryptionKey` it is',
  },
  {
    finding: 'CKV_AWS_27 AWS::SQS::Queue',
    what: 'queues are encrypted by SQS and not by a KMS key',
    why: 'checkov does not count SQS’s own encryption',
  },
  {
    finding: 'CKV_AWS_111 AWS::IAM::Policy',
    what: 'a policy writes on `*`',
    why: 'Network interfaces with `runtime.vpc`: the actions know no resource',
  },
  {
    finding: 'CKV_AWS_115 AWS::Lambda::Function',
    what: 'functions have no reserved concurrency',
    why: 'It would be taken from the account’s other functions; the send rate bounds the workers',
  },
  {
    finding: 'CKV_AWS_116 AWS::Lambda::Function',
    what: 'functions have no dead-letter queue',
    why: 'None is called asynchronously: the state machine and the queues retry and keep what failed',
  },
  {
    finding: 'CKV_AWS_117 AWS::Lambda::Function',
    what: 'functions are in no VPC',
    why: 'They talk to AWS’s endpoints alone; `runtime.vpc` puts them in yours',
  },
  {
    finding: 'CKV_AWS_173 AWS::Lambda::Function',
    what: 'environment variables are not under a key of yours',
    why: 'Lambda encrypts them, and there is no secret among them',
  },
  {
    finding: 'CKV_AWS_258 AWS::Lambda::Url',
    what: 'the function URL of the links asks for no login',
    why: 'One click must do, by whoever holds the mail; links are encrypted and authenticated. `ConsentEndpoint.existing` and `.customDomain` do without the URL',
  },
];
