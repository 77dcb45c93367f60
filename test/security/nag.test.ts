import { AwsSolutionsChecks } from 'cdk-nag';
import { ACKNOWLEDGED } from './acknowledged';
import { type Kind, kinds, make } from './mailers';

interface Finding {
  readonly rule: string;
  readonly at: string;
}

function findings(kind: Kind): Finding[] {
  const { app, stack } = make(kind);
  const { violations } = new AwsSolutionsChecks(app).validateScope(stack);
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath = '' }) => ({
      rule: ruleName,
      at: constructPath.replace(/^Mail\/Mailer\//, ''),
    })),
  );
}

const found = new Map(kinds.map((kind) => [kind, findings(kind)]));
const acknowledging = ({ rule, at }: Finding) =>
  ACKNOWLEDGED.filter((one) => one.finding.test(rule) && one.at.test(at));

test.each(kinds)('AwsSolutions finds nothing in the mailer with %s that is not acknowledged', (kind) => {
  expect(found.get(kind)!.length).toBeGreaterThan(10);
  expect(found.get(kind)!.filter((finding) => acknowledging(finding).length === 0)).toEqual([]);
});

test('every acknowledgement is needed', () => {
  const needed = new Set([...found.values()].flat().flatMap(acknowledging));
  expect(ACKNOWLEDGED.filter((one) => !needed.has(one)).map(({ what }) => what)).toEqual([]);
});
