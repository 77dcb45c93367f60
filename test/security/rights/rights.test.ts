import { make } from '../mailers';
import { Resolved } from '../resolved';
import { allowed } from '../simulate';
import { WHO, type Who } from './right';
import { RIGHTS } from './rights';

const resolved = new Resolved(make('default').template);
const roles = new Map(
  Object.entries(WHO).map(([who, id]) => [who as Who, resolved.roles.filter((role) => id.test(role))]),
);

test('every role is in the table, and none has a managed policy', () => {
  for (const [who, found] of roles) expect([who, found]).toEqual([who, [expect.any(String)]]);
  expect([...roles.values()].flat().sort()).toEqual(resolved.roles.sort());
  expect(resolved.roles.filter((role) => resolved.managedPoliciesOf(role))).toEqual([]);
});

test.each(RIGHTS)('who may $what', async (right) => {
  const may: Who[] = [];
  for (const [who, [role]] of roles) if (await allowed(resolved, role, right)) may.push(who);
  expect(may.sort()).toEqual([...right.who].sort());
});
