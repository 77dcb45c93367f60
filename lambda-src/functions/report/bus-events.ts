import type { RunRef } from '../../../src/private/contract';
import { BUS_TYPES, BUS_VERSION, type BusEvent } from '../../domain/events/bus';
import type { Summary } from './summary';

/** Makes the bus event for a run that has ended or a list that was rejected. */
export function runEvent({ campaign, run, list, folder }: RunRef, summary: Summary): BusEvent {
  const { status, rows, counts, tracking, rejection, failure, startedAt, endedAt, unheard } = summary;
  return {
    type: status === 'rejected' ? BUS_TYPES.rejected : BUS_TYPES.ended,
    detail: {
      version: BUS_VERSION,
      campaign,
      run,
      status,
      startedAt,
      endedAt,
      rows,
      counts,
      tracking: tracking && trackingDetail(tracking),
      rejection,
      failure: failure && { error: failure.error },
      unheard,
      report: `s3://${list.bucket}/${folder}`,
    },
  };
}

/** Leaves out the counts over time and by domain, which would make the event too large. The report has them. */
const trackingDetail = ({ until, final, messages, counts, deliveryStatuses }: NonNullable<Summary['tracking']>) => ({
  until,
  final,
  messages,
  counts,
  deliveryStatuses,
});
