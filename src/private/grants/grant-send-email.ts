import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Settings } from '../contract';
import type { PartProps } from '../functions/part-props';

const ACTIONS = ['ses:SendEmail', 'ses:SendRawEmail'];

/** Lets a function send only as the mailer's tenant, or, with a column of tenants, only as some tenant. */
export const asTenant = ({ tenant, intake }: Settings): iam.Conditions => {
  if (intake.tenantColumn !== undefined) return { Null: { 'ses:TenantName': 'false' } };
  return tenant === undefined ? {} : { StringEquals: { 'ses:TenantName': tenant } };
};

/** Lets a function send from the mailer's addresses, through its configuration set and under further conditions. */
export function grantSendEmail(
  fn: lambda.Function,
  { fromAddresses, configurationSet }: Pick<PartProps, 'fromAddresses' | 'configurationSet'>,
  conditions: iam.Conditions = {},
): void {
  const arn = (resource: string, resourceName: string) =>
    Stack.of(fn).formatArn({ service: 'ses', resource, resourceName, arnFormat: ArnFormat.SLASH_RESOURCE_NAME });
  fn.addToRolePolicy(
    new iam.PolicyStatement({
      actions: ACTIONS,
      // In the sandbox, SES also asks for the right on the identity of the recipient: aws-sdk-js#3641. The From address
      // confines the right.
      resources: [arn('identity', '*')],
      conditions: {
        ...conditions,
        StringEquals: { ...(conditions.StringEquals as object), 'ses:FromAddress': [...fromAddresses] },
        StringEqualsIfExists: { 'ses:FeedbackAddress': [...fromAddresses] },
      },
    }),
  );
  // SES also checks the configuration set, without the condition on the From address.
  fn.addToRolePolicy(
    new iam.PolicyStatement({
      actions: ACTIONS,
      resources: [arn('configuration-set', configurationSet.configurationSetName)],
      conditions,
    }),
  );
}
