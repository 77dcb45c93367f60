import { runSimulation } from '@cloud-copilot/iam-simulate';
import { ACCOUNT, make } from './mailers';
import { Resolved } from './resolved';
import { RIGHTS, type Right, WHO, type Who } from './rights';

const resolved = new Resolved(make('default').template);
const roles = new Map(
  Object.entries(WHO).map(([who, id]) => [who as Who, resolved.roles.filter((role) => id.test(role))]),
);

async function allowed(who: Who, { action, on, context = {} }: Right): Promise<boolean> {
  const [role] = roles.get(who)!;
  const answer = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${ACCOUNT}:role/${role}`,
        action,
        resource: { resource: on(resolved), accountId: ACCOUNT },
        contextVariables: { ...context },
      },
      identityPolicies: resolved.policiesOf(role),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (answer.resultType === 'error') throw new Error(`${action}: ${JSON.stringify(answer.errors)}`);
  return answer.overallResult === 'Allowed';
}

test('every role is in the table, and none has a managed policy', () => {
  for (const [who, found] of roles) expect([who, found]).toEqual([who, [expect.any(String)]]);
  expect([...roles.values()].flat().sort()).toEqual(resolved.roles.sort());
  expect(resolved.roles.filter((role) => resolved.managedPoliciesOf(role))).toEqual([]);
});

test.each(RIGHTS)('who may $what', async (right) => {
  const may: Who[] = [];
  for (const who of roles.keys()) if (await allowed(who, right)) may.push(who);
  expect(may.sort()).toEqual([...right.who].sort());
});
