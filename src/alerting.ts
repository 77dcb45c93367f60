import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { AlertRoute } from './alert-route';
import { servicesMayPublish } from './private/service-rights';

/** @internal */
export interface AlertingProps {
  readonly routes: readonly AlertRoute[];
  readonly encryptionKey?: kms.IKey;
}

/** The topic of reports and alerts, and those it goes to. */
export class Alerting extends Construct {
  public readonly topic: sns.Topic;
  /** The mailer's own and those that were given. */
  public readonly topics: readonly sns.ITopic[];

  constructor(scope: Construct, id: string, props: AlertingProps) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', { enforceSSL: true, masterKey: props.encryptionKey });
    const given = props.routes.map((route) => route._bind(this.topic)).filter((topic) => topic !== undefined);
    this.topics = [this.topic, ...given];
    for (const topic of this.topics) servicesMayPublish(this, topic);
  }

  /** A run that ends badly is told whatever happened inside it, even if its own report could not be written. */
  public watch(stateMachine: sfn.IStateMachine): events.Rule {
    return this.watchMachine('RunFailedRule', stateMachine, {
      description: 'Tells when a run failed, timed out or was stopped',
      words: (status) =>
        `A mail run ended as ${status}. Those not yet mailed are still to be mailed; nobody is mailed twice.`,
    });
  }

  /** The report after the tracking period. */
  public watchFollowUp(stateMachine: sfn.IStateMachine): events.Rule {
    return this.watchMachine('FollowUpFailedRule', stateMachine, {
      description: 'Tells when a run could not be reported once more',
      words: (status) =>
        `The report of a run after its tracking period ended as ${status}. The mail and the first report are not touched.`,
    });
  }

  private watchMachine(
    id: string,
    stateMachine: sfn.IStateMachine,
    { description, words }: { readonly description: string; readonly words: (status: string) => string },
  ): events.Rule {
    const rule = new events.Rule(this, id, {
      description,
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [stateMachine.stateMachineArn], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
      },
    });
    const field = events.EventField.fromPath;
    const message = events.RuleTargetInput.fromText(
      `${words(field('$.detail.status'))} Execution: ${field('$.detail.executionArn')}`,
    );
    for (const topic of this.topics) rule.addTarget(new targets.SnsTopic(topic, { message }));
    return rule;
  }
}
