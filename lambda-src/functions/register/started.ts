import type { RunRef } from '../../../src/private/contract';
import { BUS_TYPES, BUS_VERSION, type BusEvent } from '../../domain/events/bus';

/** Makes the bus event for a run that starts. */
export const started = ({ campaign, run, list, folder, startedAt, continues, draft }: RunRef): BusEvent => ({
  type: BUS_TYPES.started,
  detail: {
    version: BUS_VERSION,
    campaign,
    run,
    startedAt,
    continues,
    draft,
    list: `s3://${list.bucket}/${list.key}`,
    report: `s3://${list.bucket}/${folder}`,
  },
});
