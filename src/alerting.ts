import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { AlertRoute } from './alert-route';

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
    // EventBridge publishes to it as itself.
    props.encryptionKey?.grantEncryptDecrypt(new iam.ServicePrincipal('events.amazonaws.com'));
    const given = props.routes.map((route) => route._bind(this.topic)).filter((topic) => topic !== undefined);
    this.topics = [this.topic, ...given];
  }

  /** A run that ends badly is told whatever happened inside it, even if its own report could not be written. */
  public watch(stateMachine: sfn.IStateMachine): events.Rule {
    const rule = new events.Rule(this, 'RunFailedRule', {
      description: 'Tells when a run failed, timed out or was stopped',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [stateMachine.stateMachineArn], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
      },
    });
    const field = events.EventField.fromPath;
    const message = events.RuleTargetInput.fromText(
      `A mail run ended as ${field('$.detail.status')}. Those not yet mailed are still to be mailed; nobody is mailed twice. ` +
        `Execution: ${field('$.detail.executionArn')}`,
    );
    for (const topic of this.topics) rule.addTarget(new targets.SnsTopic(topic, { message }));
    return rule;
  }
}
