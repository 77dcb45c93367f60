import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';

/** Options for the mailer's Lambda functions. */
export interface RuntimeOptions {
  /**
   * The VPC of the functions. It needs access to S3, DynamoDB, SES, SNS and Secrets Manager, through VPC endpoints or a
   * NAT.
   *
   * @default - Lambda's own network
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets of the functions in `vpc`.
   *
   * @default - its private subnets
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of the functions in `vpc`.
   *
   * @default - a new security group for each function
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * The permissions boundary of every role that the mailer creates.
   *
   * @default - none
   */
  readonly permissionsBoundary?: iam.IManagedPolicy;

  /**
   * The IAM path of every role that the mailer creates, such as `/mail/`. A change replaces the roles.
   *
   * @default '/'
   */
  readonly rolePath?: string;

  /**
   * The log group of all functions.
   *
   * @default - one of the mailer's own
   */
  readonly logGroup?: logs.ILogGroup;

  /**
   * The retention of the mailer's own log group.
   *
   * @default logs.RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * The processor architecture of the functions.
   *
   * @default lambda.Architecture.ARM_64
   */
  readonly architecture?: lambda.Architecture;

  /**
   * The X-Ray tracing mode of the functions and the state machine.
   *
   * @default lambda.Tracing.DISABLED
   */
  readonly tracing?: lambda.Tracing;
}
