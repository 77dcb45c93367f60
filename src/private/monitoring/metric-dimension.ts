import { Names } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { outermostStack } from '../holder';

/** CloudWatch accepts ASCII; CDK limits the length. */
const VALUE = /^[\x21-\x7e]{1,255}$/;

/**
 * Returns the metric dimension of a mailer: its outermost stack's name, and its path in it. Two deployments of one app
 * have different stack names, except in another account or Region.
 */
export function metricDimension(mailer: IConstruct): string {
  const stack = outermostStack(mailer);
  const scopes = mailer.node.scopes;
  const path = scopes.slice(scopes.indexOf(stack) + 1).map(({ node }) => node.id);
  const name = [stack.stackName, ...path].join('/');
  return VALUE.test(name) ? name : `${stack.stackName}/${Names.uniqueId(mailer)}`;
}
