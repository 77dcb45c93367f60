import { AspectPriority, Aspects, type IAspect, Token } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { fail } from '../errors';

/** Sets the path of every role below a construct, including CDK's own, as a permissions boundary is applied. */
export function applyRolePath(scope: IConstruct, path: string): void {
  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
  if (!Token.isUnresolved(path) && !(path.length <= 512 && /^\/([\x21-\x7e]+\/)?$/.test(path))) {
    fail(
      'MM116',
      `runtime.rolePath: got ${JSON.stringify(path)}, allowed is a path such as "/mail/" of up to 512 characters`,
    );
  }
  const aspect: IAspect = {
    visit(node) {
      if (node instanceof CfnRole) node.path = path;
    },
  };
  Aspects.of(scope).add(aspect, { priority: AspectPriority.MUTATING });
}
