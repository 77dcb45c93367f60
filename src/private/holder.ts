import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Returns the outermost stack of a construct: nested stacks have no lifecycle of their own. */
export function outermostStack(of: IConstruct): Stack {
  let stack = Stack.of(of);
  while (stack.nestedStackParent) stack = stack.nestedStackParent;
  return stack;
}

/**
 * Returns the holder of a mailer's name in a ledger. The name stays the same after a stack is deleted and deployed
 * again; its ARN does not.
 */
export function holderOf(mailer: IConstruct): string {
  const { account, region, stackName } = outermostStack(mailer);
  return `${account}/${region}/${stackName}`;
}
