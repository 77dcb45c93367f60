import { Metrics as Powertools } from '@aws-lambda-powertools/metrics';
import { METRIC_DIMENSION, METRIC_NAMESPACE, METRICS, type MetricName } from '../../src/private/contract/metric-names';
import { Counters, type Metrics } from '../domain/metrics';
import { env } from './env';

/** Writes metrics as log lines in CloudWatch's embedded metric format (EMF), which needs no request or permission. */
export function emfMetrics(): Metrics {
  const powertools = new Powertools({ namespace: METRIC_NAMESPACE });
  // The default dimension, the service, would create a second metric for each.
  powertools.clearDefaultDimensions();
  powertools.setDefaultDimensions({ [METRIC_DIMENSION]: env('mailer') });
  return new Counters((values) => {
    for (const [name, value] of values) powertools.addMetric(name, METRICS[name as MetricName], value);
    powertools.publishStoredMetrics();
  });
}
