import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { grantServicesPublish } from '../private/grants/service-rights';
import type { NoticeTopic } from '../private/monitoring/notice-topics';
import { othersOf, type TopicsByKind } from '../private/monitoring/subscribers';
import { ALL_KINDS, AlertKind, type AlertRoute, MESSAGE_KINDS, type TopicRoute } from './alert-route';

/** @internal */
export interface AlertingProps {
  readonly routes: readonly AlertRoute[];
  readonly encryptionKey?: kms.IKey;
}

const noticesTo = ({ topic, kinds }: TopicRoute): NoticeTopic =>
  kinds.length === ALL_KINDS.length ? { topic } : { topic, kinds: kinds.flatMap((kind) => MESSAGE_KINDS[kind] ?? []) };

/** The topics of reports and alerts, and their subscriptions. */
export class Alerting extends Construct {
  public readonly topic: sns.Topic;
  /** The topic for alarms alone. Defined only if an email or SMS route includes alarms but not all kinds. */
  public readonly alarmTopic?: sns.Topic;
  /** The topics that the functions publish to. */
  public readonly noticeTopics: readonly NoticeTopic[];
  /** The topics for alarms, failed executions and the budget. */
  public readonly alarmTopics: readonly sns.ITopic[];
  /** The topics that need a confirmed subscription, by kind. */
  public readonly topicsByKind: TopicsByKind;

  constructor(scope: Construct, id: string, props: AlertingProps) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', { enforceSSL: true, masterKey: props.encryptionKey });
    let alarms: sns.Topic | undefined;
    const own = {
      everything: this.topic,
      alarms: () => {
        alarms ??= new sns.Topic(this, 'Alarms', { enforceSSL: true, masterKey: props.encryptionKey });
        return alarms;
      },
    };
    const bound = props.routes.map((route) => ({ kinds: route._kinds, given: route._bind(own) }));
    const given = bound.map((route) => route.given).filter((route) => route !== undefined);
    this.alarmTopic = alarms;
    this.alarmTopics = [
      this.topic,
      ...(alarms ? [alarms] : []),
      ...given.filter(({ kinds }) => kinds.includes(AlertKind.ALARM)).map(({ topic }) => topic),
    ];
    this.noticeTopics = [{ topic: this.topic }, ...given.map(noticesTo).filter((to) => to.kinds?.length !== 0)];
    for (const topic of this.alarmTopics) grantServicesPublish(this, topic);

    // Routes for alarms and some other kinds get alarms through the second topic.
    const subscribed = bound
      .filter((route) => !route.given)
      .map(({ kinds }) =>
        kinds.length === ALL_KINDS.length ? kinds : kinds.filter((kind) => kind !== AlertKind.ALARM),
      )
      .filter((kinds) => kinds.length > 0);
    const topicsFor = (kind: AlertKind) => [
      { topic: this.topic, others: othersOf(kind, subscribed) },
      ...(alarms && kind === AlertKind.ALARM ? [{ topic: alarms, others: 0 }] : []),
      ...given.filter(({ kinds }) => kinds.includes(kind)).map(({ topic }) => ({ topic, others: 0 })),
    ];
    this.topicsByKind = { report: topicsFor(AlertKind.REPORT), alarm: topicsFor(AlertKind.ALARM) };
  }

  /** Sends an alert for every failed run, even if its own report could not be written. */
  public watch(stateMachine: sfn.IStateMachine): events.Rule {
    return this.watchMachine('RunFailedRule', stateMachine, {
      description: 'Tells when a run failed, timed out or was stopped',
      words: (status) =>
        `A mail run ended as ${status}. Those not yet mailed are still to be mailed; nobody is mailed twice.`,
    });
  }

  /** Sends an alert if the report after the tracking period could not be written. */
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
    for (const topic of this.alarmTopics) rule.addTarget(new targets.SnsTopic(topic, { message }));
    return rule;
  }
}
