import { REGION } from '../../../local/environment';
import { addresses } from './deployed';

/** What a metric is known by, and CloudWatch's alarm looks at. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: { readonly [name: string]: string };
}

export interface Datum extends MetricId {
  readonly value: number;
  readonly unit: string;
}

const SERVICES = {
  logs: ['logs', '1.1', 'Logs_20140328'],
  cloudwatch: ['monitoring', '1.0', 'GraniteServiceVersion20100801'],
} as const;

/** There is no client of these services among our packages, and two calls do not need one. */
async function call<T>(service: keyof typeof SERVICES, action: string, input: object): Promise<T> {
  const [signedAs, version, target] = SERVICES[service];
  const response = await fetch(addresses.emulator, {
    method: 'POST',
    headers: {
      'content-type': `application/x-amz-json-${version}`,
      'x-amz-target': `${target}.${action}`,
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${REGION}/${signedAs}/aws4_request, SignedHeaders=host, Signature=none`,
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${action}: ${response.status}: ${text}`);
  return (text ? JSON.parse(text) : {}) as T;
}

/** A log line in CloudWatch's embedded metric format. */
interface Emf {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
  readonly [name: string]: unknown;
}

/** What CloudWatch would make metrics of, of a mailer's log lines: the emulator makes none. */
export async function emitted(mailer: string, since: number): Promise<Datum[]> {
  const { logGroups } = await call<{ logGroups: { logGroupName: string }[] }>('logs', 'DescribeLogGroups', {});
  const lines: Emf[] = [];
  for (const { logGroupName } of logGroups) {
    for (let nextToken: string | undefined, more = true; more; more = nextToken !== undefined) {
      const page: { readonly events: { message: string }[]; readonly nextToken?: string } = await call(
        'logs',
        'FilterLogEvents',
        { logGroupName, startTime: since, nextToken },
      );
      for (const { message } of page.events) {
        const [text] = /\{"_aws".*\}/.exec(message) ?? [];
        if (text) lines.push(JSON.parse(text) as Emf);
      }
      nextToken = page.nextToken;
    }
  }
  return lines.filter(({ Mailer }) => Mailer === mailer).flatMap(metricsOf);
}

const metricsOf = (line: Emf): Datum[] =>
  line._aws.CloudWatchMetrics.flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.map(({ Name: name, Unit: unit }) => ({
        ...{ namespace, name, unit, value: Number(line[name]) },
        dimensions: Object.fromEntries(names.map((dimension) => [dimension, String(line[dimension])])),
      })),
    ),
  );

export async function put(data: readonly Datum[]): Promise<void> {
  for (const namespace of new Set(data.map((datum) => datum.namespace))) {
    const MetricData = data
      .filter((datum) => datum.namespace === namespace)
      .map(({ name, unit, value, dimensions }) => ({
        ...{ MetricName: name, Unit: unit, Value: value },
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      }));
    await call('cloudwatch', 'PutMetricData', { Namespace: namespace, MetricData });
  }
}

/** The metric that each alarm of a stack looks at, by the alarm's id in its mailer. */
export async function watched(stack: string): Promise<{ readonly [id: string]: MetricId }> {
  interface Alarm {
    readonly AlarmName: string;
    readonly Namespace: string;
    readonly MetricName: string;
    readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  }
  const { MetricAlarms } = await call<{ MetricAlarms: Alarm[] }>('cloudwatch', 'DescribeAlarms', {
    MaxRecords: 100,
    AlarmNamePrefix: `${stack}-`,
  });
  return Object.fromEntries(
    MetricAlarms.map(({ AlarmName, Namespace: namespace, MetricName: name, Dimensions }) => [
      alarmId(AlarmName),
      { namespace, name, dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])) },
    ]),
  );
}

/** CDK's hash follows it. */
export const alarmId = (name: string): string | undefined =>
  /Alarms([A-Za-z]+?)[0-9A-F]{8}(?![0-9A-Za-z])/.exec(name)?.[1];
