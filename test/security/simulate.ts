import { runSimulation } from '@cloud-copilot/iam-simulate';
import { ACCOUNT, PRINCIPAL_ORGANISATION } from './mailers';
import type { Resolved } from './resolved';

export interface Request {
  readonly action: string;
  readonly on: (of: Resolved) => string;
  readonly context?: { readonly [key: string]: string | string[] };
}

/** What AWS says of every request that our policies ask about. */
const CONTEXT = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3', 'aws:PrincipalOrgID': PRINCIPAL_ORGANISATION };

/** Whether a role of the template may do it, by its own policies and by those of what it asks for. */
export const allowed = (of: Resolved, role: string, request: Request): Promise<boolean> =>
  ask(of, of.roleArn(role), of.policiesOf(role), request);

/** The same of anybody else who may do everything by the policies of their own. */
export const allowedToAdmin = (of: Resolved, principal: string, request: Request): Promise<boolean> =>
  ask(of, principal, [{ name: 'Everything', policy: EVERYTHING }], request);

const EVERYTHING = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

async function ask(
  of: Resolved,
  principal: string,
  identityPolicies: { name: string; policy: object }[],
  { action, on, context }: Request,
): Promise<boolean> {
  const resource = on(of);
  const answer = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: {
          ...CONTEXT,
          'aws:PrincipalArn': principal,
          'aws:PrincipalAccount': principal.split(':')[4],
          ...context,
        },
      },
      identityPolicies,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: of.resourcePolicyOf(resource),
    },
    {},
  );
  if (answer.resultType === 'error') throw new Error(`${action}: ${JSON.stringify(answer.errors)}`);
  return answer.overallResult === 'Allowed';
}
