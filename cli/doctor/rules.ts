import { type Check, DEPLOY, error, missing, named, ok, type Result } from './finding';
import type { DoctorPorts } from './ports';

interface RuleCheck {
  readonly rule: string;
  /** The effect on the mailer while the rule does not reach its target. */
  readonly without: string;
  /** The last part of the target's ARN. */
  readonly to: string;
  /** The text of the finding if the rule is enabled and has its target. */
  readonly well: string;
}

async function checkRule({ rule, without, to, well }: RuleCheck, ports: DoctorPorts): Promise<Result> {
  try {
    const state = await ports.ruleState(rule);
    if (!state?.startsWith('ENABLED'))
      return error(
        `the rule ${rule} is ${state ?? 'without state'}: ${without}`,
        `aws events enable-rule --name ${rule}`,
      );
    const targets = await ports.ruleTargets(rule);
    if (targets.some((arn) => lastOf(arn, ':') === to)) return ok(well);
    return error(`the rule ${rule} does not lead to ${to}: ${without}`, DEPLOY);
  } catch (reason) {
    if (missing(reason)) return error(`the rule ${rule} is gone: ${without}`, DEPLOY);
    throw reason;
  }
}

const lastOf = (text: string, separator: string): string => text.split(separator).at(-1)!;
const needs = 'events:DescribeRule, events:ListTargetsByRule';

/** Checks of the EventBridge rules that start runs and deliver SES's events. */
export const checkRules: readonly Check[] = [
  {
    name: 'uploads',
    needs,
    run: async ({ intakeRule, stateMachineArn }, ports) =>
      checkRule(
        {
          rule: named(intakeRule),
          without: 'no list is sent that is uploaded',
          to: lastOf(stateMachineArn, ':'),
          well: 'they start runs',
        },
        ports,
      ),
  },
  {
    name: 'drafts',
    needs,
    run: async ({ draftsRule, stateMachineArn }, ports) =>
      checkRule(
        {
          rule: named(draftsRule),
          without: 'no draft is looked at that is uploaded',
          to: lastOf(stateMachineArn, ':'),
          well: 'they start runs that send nothing',
        },
        ports,
      ),
  },
  {
    name: 'event rule',
    needs,
    run: async ({ trackingRule, trackingQueueUrl }, ports) =>
      checkRule(
        {
          rule: named(trackingRule),
          without: 'bounces and complaints are not heard',
          to: lastOf(named(trackingQueueUrl), '/'),
          well: 'SES’s events are taken from the bus',
        },
        ports,
      ),
  },
];
