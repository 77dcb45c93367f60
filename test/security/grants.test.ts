import * as iam from 'aws-cdk-lib/aws-iam';
import { GRANTED, GRANTS, type Grant } from './grants';
import { type Kind, make } from './mailers';
import { Resolved } from './resolved';
import { allowed } from './simulate';

/** A role for each, which has nothing else. */
function granted(kind: Kind): Resolved {
  return new Resolved(
    make(kind, ({ stack, mailer }) => {
      for (const [name, grant] of Object.entries(GRANTS)) {
        const grantee = new iam.Role(stack, name, { assumedBy: new iam.AccountRootPrincipal() });
        (grant(mailer, grantee) as iam.Grant).assertSuccess();
      }
    }).template,
  );
}

const roleOf = (resolved: Resolved, grant: Grant) => resolved.roles.find((id) => id.startsWith(grant))!;

describe.each<[string, Kind, boolean]>([
  ['without a key', 'default', false],
  ['under a customer’s key', 'everything on', true],
])('%s', (_, kind, withKey) => {
  const resolved = granted(kind);
  const grants = Object.keys(GRANTS) as Grant[];

  test.each(GRANTED.filter(({ key }) => withKey || !key))('who may $what', async (request) => {
    const may: Grant[] = [];
    for (const grant of grants) if (await allowed(resolved, roleOf(resolved, grant), request)) may.push(grant);
    expect(may).toEqual(request.who);
  });

  test('no right on a key is a wildcard', () => {
    const ours: Grant[] = ['grantDoctor', 'grantApprove', 'grantOperate', 'grantHistory', 'grantForget'];
    const actions = ours.flatMap((grant) =>
      resolved
        .policiesOf(roleOf(resolved, grant))
        .flatMap(({ policy }) => (policy.Statement as { Action: string | string[] }[]).flatMap(({ Action }) => Action)),
    );
    expect(actions.length).toBeGreaterThan(10);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });
});
