import { METADATA, type RunRef } from '../../../src/private/contract';
import { rejectList } from '../../domain/list/rejections';
import { trimCell } from '../../domain/list/trim';
import { DAY } from '../../domain/time-units';

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/i;
/** An execution lives for a year, and it is still to send then. */
const FARTHEST = 180 * DAY;

/**
 * When the upload is to be sent, by its metadata; undefined for at once. A time long before the upload is a mistake, so
 * the list is rejected.
 */
export function sendAtOf(
  metadata: { readonly [name: string]: string },
  { uploadedAt, startedAt }: Pick<RunRef, 'uploadedAt' | 'startedAt'>,
  now: number,
): string | undefined {
  const said = trimCell(metadata[METADATA.sendAt] ?? '');
  if (said === '') return undefined;
  const time = ISO.test(said) ? Date.parse(said.toUpperCase()) : Number.NaN;
  if (Number.isNaN(time)) throw rejectList('MM327', said);
  const uploaded = Date.parse(uploadedAt ?? startedAt);
  if (time < uploaded - DAY) throw rejectList('MM328', said);
  if (time > uploaded + FARTHEST) throw rejectList('MM329', said);
  return time > now ? new Date(time).toISOString() : undefined;
}
