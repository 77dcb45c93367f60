import * as path from 'node:path';
import type { Duration, Size } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { RuntimeOptions } from '../runtime';

export type Room = 'register' | 'plan' | 'send' | 'settle' | 'report' | 'track' | 'review' | 'approval';

export interface HandlerProps {
  readonly room: Room;
  readonly description: string;
  readonly memory: Size;
  readonly timeout: Duration;
  readonly environment: { [name: string]: string };
  readonly logGroup: logs.ILogGroup;
  readonly runtime: RuntimeOptions;
}

/** A bundled handler with a role of its own that holds no managed policy. */
export function handlerFunction(scope: Construct, id: string, props: HandlerProps): lambda.Function {
  const { runtime } = props;
  const role = new iam.Role(scope, `${id}Role`, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  props.logGroup.grantWrite(role);
  if (runtime.vpc) {
    // Lambda makes the interfaces as the function, and names no resource for them.
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: [
          'ec2:CreateNetworkInterface',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSubnets',
          'ec2:DeleteNetworkInterface',
          'ec2:AssignPrivateIpAddresses',
          'ec2:UnassignPrivateIpAddresses',
        ],
        resources: ['*'],
      }),
    );
  }
  return new lambda.Function(scope, id, {
    description: props.description,
    code: lambda.Code.fromAsset(path.join(__dirname, '..', '..', 'assets', props.room)),
    handler: 'index.handler',
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: runtime.architecture ?? lambda.Architecture.ARM_64,
    memorySize: props.memory.toMebibytes(),
    timeout: props.timeout,
    environment: props.environment,
    role,
    logGroup: props.logGroup,
    loggingFormat: lambda.LoggingFormat.JSON,
    tracing: runtime.tracing,
    vpc: runtime.vpc,
    vpcSubnets: runtime.vpcSubnets,
    securityGroups: runtime.securityGroups,
  });
}
