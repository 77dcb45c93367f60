import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';

/** Where and how the mailer's functions run. */
export interface RuntimeOptions {
  /**
   * A network to run in. It needs a way to S3, DynamoDB, SES, SNS and Secrets Manager: endpoints or a NAT.
   *
   * @default - Lambda's own network
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Subnets of `vpc`.
   *
   * @default - its private subnets
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * Security groups of the functions in `vpc`.
   *
   * @default - one of their own
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * A boundary for every role the mailer makes.
   *
   * @default - none
   */
  readonly permissionsBoundary?: iam.IManagedPolicy;

  /**
   * A path for every role the mailer makes, such as `/mail/`. A change of it makes the roles anew.
   *
   * @default '/'
   */
  readonly rolePath?: string;

  /**
   * A log group for all functions.
   *
   * @default - one of the mailer's own
   */
  readonly logGroup?: logs.ILogGroup;

  /**
   * How long the mailer's own log group keeps its lines.
   *
   * @default logs.RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * The functions' processor.
   *
   * @default lambda.Architecture.ARM_64
   */
  readonly architecture?: lambda.Architecture;

  /**
   * X-Ray tracing of the functions and the state machine.
   *
   * @default lambda.Tracing.DISABLED
   */
  readonly tracing?: lambda.Tracing;
}
