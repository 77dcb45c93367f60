import { Metrics as Powertools } from '@aws-lambda-powertools/metrics';
import { METRIC_DIMENSION, METRIC_NAMESPACE, METRICS, type MetricName } from '../../src/private/contract/metric-names';
import { Counters, type Metrics } from '../domain/metrics';
import { env } from './env';

/** Log lines that CloudWatch makes metrics of (EMF): no request, and no right, of their own. */
export function emfMetrics(): Metrics {
  const powertools = new Powertools({ namespace: METRIC_NAMESPACE });
  // Its own dimension, the service, would make every metric two.
  powertools.clearDefaultDimensions();
  powertools.setDefaultDimensions({ [METRIC_DIMENSION]: env('mailer') });
  return new Counters((values) => {
    for (const [name, value] of values) powertools.addMetric(name, METRICS[name as MetricName], value);
    powertools.publishStoredMetrics();
  });
}
