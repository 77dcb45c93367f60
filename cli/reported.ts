import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { CampaignRecord } from '../lambda-src/core/campaign';
import type { Operator } from './operator';

/** A run of a campaign, by what lies in the bucket of it. */
export type Reported = Pick<CampaignRecord, 'run' | 'folder' | 'listKey'>;

export const RUN_OPTION = { run: { type: 'string' } } as const;

export const RUN_USAGE = '  --run NUMBER         an earlier run; else the last one';

/** The run that is meant: the last one, or an earlier one by its number. */
export async function reportedRun(
  record: CampaignRecord,
  wanted: string | undefined,
  { s3, connection }: Operator,
): Promise<Reported> {
  const { run, folder, listKey } = record;
  if (wanted === undefined || Number(wanted) === run) return { run, folder, listKey };
  const above = folder.replace(/[^/]+\/$/, '');
  const { CommonPrefixes = [] } = await s3.send(
    new ListObjectsV2Command({
      Bucket: connection.bucket,
      Prefix: `${above}${wanted.padStart(4, '0')}-`,
      Delimiter: '/',
    }),
  );
  const found = /^\d+$/.test(wanted) ? CommonPrefixes[0]?.Prefix : undefined;
  if (found === undefined) throw new Error(`MM701: --run: got ${wanted}, allowed is a number from 1 to ${run}`);
  return { run: Number(wanted), folder: found, listKey };
}
