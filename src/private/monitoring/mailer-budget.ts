import { Annotations, Stack, Token } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { SesBudget } from '../../monitoring/ses-budget';
import { fail } from '../errors';

/**
 * Budgets in US dollars exist only in the standard partition: China has its own currency, and GovCloud is billed to an
 * account outside.
 */
const NO_BUDGETS = /^(cn|us-gov|us-iso[a-z]?|eu-isoe|eusc)-/;

/**
 * The monthly SES cost of the account and Region. A notification has one topic, so each topic needs its own budget;
 * budgets are free.
 */
export class MailerBudget extends Construct {
  constructor(scope: Construct, id: string, budget: SesBudget, topics: readonly sns.ITopic[]) {
    super(scope, id);
    const { region } = Stack.of(this);
    if (!Token.isUnresolved(region) && NO_BUDGETS.test(region))
      fail('MM150', `monitoring.budget: ${region} has no budgets in US dollars; leave it out`);
    const first = this.first();
    if (first) {
      if (first.usd !== budget._usd)
        fail(
          'MM151',
          `monitoring.budget: ${scope.node.path} has $${budget._usd} and ${first.of} $${first.usd}; they share the account's budget, and may have one amount`,
        );
      Annotations.of(this).addInfo(`The budget for SES is that of ${first.of}, whose routes hear of it`);
      return;
    }
    Object.defineProperty(this, KEPT, { value: { usd: budget._usd, of: scope.node.path } satisfies Kept });
    topics.forEach((topic, at) => {
      const subscribers = [{ subscriptionType: 'SNS', address: topic.topicArn }];
      const notification = (notificationType: string, threshold: number) => ({
        notification: { notificationType, threshold, thresholdType: 'PERCENTAGE', comparisonOperator: 'GREATER_THAN' },
        subscribers,
      });
      new CfnBudget(this, at === 0 ? 'Budget' : `Budget${at + 1}`, {
        budget: {
          budgetType: 'COST',
          timeUnit: 'MONTHLY',
          budgetLimit: { amount: budget._usd, unit: 'USD' },
          metrics: ['UnblendedCost'],
          filterExpression: {
            and: [
              { dimensions: { key: 'SERVICE', values: ['Amazon Simple Email Service'] } },
              { dimensions: { key: 'REGION', values: [region] } },
            ],
          },
        },
        notificationsWithSubscribers: [notification('ACTUAL', 80), notification('FORECASTED', 100)],
      });
    });
  }

  /** Returns the first budget of the same account and Region if both are known, else of the same stack. */
  private first(): Kept | undefined {
    const { account, region } = Stack.of(this);
    const same = (other: Stack) =>
      other === Stack.of(this) ||
      ([account, region].every(isKnown) && other.account === account && other.region === region);
    return this.node.root.node
      .findAll()
      .filter((other): other is MailerBudget & { [KEPT]: Kept } => KEPT in other && same(Stack.of(other)))
      .map((other) => other[KEPT])[0];
  }
}

/** A global symbol also finds budgets of another copy of this library. */
const KEPT = Symbol.for('cdk-mailmatrix.budget');

interface Kept {
  readonly usd: number;
  readonly of: string;
}

const isKnown = (value: string): boolean => !Token.isUnresolved(value);
