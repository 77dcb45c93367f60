import { expressions } from '../../../lambda-src/aws/dynamo-store';
import { claim, STATE } from '../../../lambda-src/domain/ledger/record';

const key = { pk: 'p', sk: 's' };

test('an update becomes an expression in which every name and value is aliased', () => {
  expect(
    expressions({
      key,
      when: {
        any: [
          { absent: 'state' },
          { all: [{ eq: ['state', 'open'] }, { lt: ['run', 2] }, { not: { eq: ['x', true] } }] },
        ],
      },
      set: { state: 'claimed', gone: undefined, n: 1.5 },
      remove: ['reason'],
    }),
  ).toEqual({
    ConditionExpression: '(attribute_not_exists(#state)) OR ((#state = :v2) AND (#run < :v3) AND (NOT (#x = :v4)))',
    UpdateExpression: 'SET #state = :v0, #n = :v1 REMOVE #reason',
    ExpressionAttributeNames: { '#state': 'state', '#run': 'run', '#x': 'x', '#n': 'n', '#reason': 'reason' },
    ExpressionAttributeValues: { ':v0': 'claimed', ':v1': 1.5, ':v2': 'open', ':v3': 2, ':v4': true },
  });
});

test('the claim, as it runs', () => {
  const found = {
    ...key,
    v: 1,
    state: STATE.open,
    claimId: 'a',
    run: 1,
    sending: 1,
    row: 1,
    attempt: 2,
    deadline: 1,
    campaign: 'c',
    to: 't',
  };
  const mine = { claimId: 'b', run: 2, sending: 2, row: 1, deadline: 9, campaign: 'c', to: 't' };
  const plain = (expression: string) => expression.replace(/:v\d+/g, '?');
  expect(plain(expressions(claim(key, found, mine)).ConditionExpression)).toBe(
    '((#attempt = ?) AND ((attribute_not_exists(#closed)) OR (#closed < ?)) AND ' +
      '((#state = ?) OR ((#state = ?) AND (#sending < ?)))) OR (((#state = ?) AND (#claimId = ?)) AND (#deadline = ?))',
  );
});

test('one condition alone gets no parentheses of its own: DynamoDB refuses them around others', () => {
  const doubt = {
    ...key,
    v: 1,
    state: STATE.inDoubt,
    claimId: 'a',
    run: 1,
    sending: 1,
    row: 1,
    attempt: 1,
    deadline: 1,
  };
  const found = { ...doubt, campaign: 'c', to: 't', grantSending: 2, grantClaim: 'a' };
  const mine = { claimId: 'b', run: 2, sending: 2, row: 1, deadline: 9, campaign: 'c', to: 't' };
  const { ConditionExpression } = expressions(claim(key, found, mine));
  expect(ConditionExpression).not.toMatch(/\(\((?:[^()]|\([^()]*\))*\)\)/);
});
