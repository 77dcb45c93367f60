import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The stack that a construct is deployed with: nested stacks have no life of their own. */
export function outermostStack(of: IConstruct): Stack {
  let stack = Stack.of(of);
  while (stack.nestedStackParent) stack = stack.nestedStackParent;
  return stack;
}

/** Who holds a mailer's name in a ledger. A stack that is deleted and deployed again is the same; its ARN would not be. */
export function holderOf(mailer: IConstruct): string {
  const { account, region, stackName } = outermostStack(mailer);
  return `${account}/${region}/${stackName}`;
}
