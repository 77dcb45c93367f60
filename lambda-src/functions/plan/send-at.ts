import { METADATA, type RunRef } from '../../../src/private/contract';
import { rejectList } from '../../domain/list/rejections';
import { trimCell } from '../../domain/list/trim';
import { DAY } from '../../domain/time-units';

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/i;
/** The maximum delay, in milliseconds. An execution ends after one year, and sending needs time too. */
const FARTHEST = 180 * DAY;

/**
 * Returns when to send the list, from the upload's metadata; undefined to send at once. Rejects the list if the time is
 * more than a day before the upload, which is a mistake.
 */
export function sendAtOf(
  metadata: { readonly [name: string]: string },
  { uploadedAt, startedAt }: Pick<RunRef, 'uploadedAt' | 'startedAt'>,
  now: number,
): string | undefined {
  const value = trimCell(metadata[METADATA.sendAt] ?? '');
  if (value === '') return undefined;
  const time = ISO.test(value) ? Date.parse(value.toUpperCase()) : Number.NaN;
  if (Number.isNaN(time)) throw rejectList('MM327', value);
  const uploaded = Date.parse(uploadedAt ?? startedAt);
  if (time < uploaded - DAY) throw rejectList('MM328', value);
  if (time > uploaded + FARTHEST) throw rejectList('MM329', value);
  return time > now ? new Date(time).toISOString() : undefined;
}
