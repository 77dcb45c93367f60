import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Duration, FileSystem, type Size } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { RuntimeOptions } from '../../runtime';
import type { FunctionName } from '../contract';

export interface HandlerProps {
  readonly functionName: FunctionName;
  readonly description: string;
  readonly memory: Size;
  readonly timeout: Duration;
  readonly environment: { [name: string]: string };
  readonly logGroup: logs.ILogGroup;
  readonly runtime: RuntimeOptions;
  readonly reservedConcurrentExecutions?: number;
  /** Files beside the handler, for content that is too large for environment variables. */
  readonly files?: { readonly [name: string]: string };
}

/** Creates a function from a bundled handler, with a role that has no managed policy. */
export function handlerFunction(scope: Construct, id: string, props: HandlerProps): lambda.Function {
  const { runtime } = props;
  const role = new iam.Role(scope, `${id}Role`, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  props.logGroup.grantWrite(role);
  if (runtime.vpc) {
    // Lambda manages network interfaces through this role; these actions have no resource-level permissions.
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
    code: lambda.Code.fromAsset(codeFolder(props)),
    handler: 'index.handler',
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: runtime.architecture ?? lambda.Architecture.ARM_64,
    memorySize: props.memory.toMebibytes(),
    timeout: props.timeout,
    environment: props.environment,
    reservedConcurrentExecutions: props.reservedConcurrentExecutions,
    role,
    logGroup: props.logGroup,
    loggingFormat: lambda.LoggingFormat.JSON,
    tracing: runtime.tracing,
    vpc: runtime.vpc,
    vpcSubnets: runtime.vpcSubnets,
    securityGroups: runtime.securityGroups,
  });
}

function codeFolder({ functionName, files }: HandlerProps): string {
  const bundled = path.join(__dirname, '..', '..', '..', 'assets', functionName);
  if (!files) return bundled;
  const folder = FileSystem.mkdtemp('mailmatrix');
  fs.cpSync(bundled, folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
  return folder;
}
