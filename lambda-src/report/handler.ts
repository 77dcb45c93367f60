import type { ReportInput, ReportOutput } from '../../src/private/contract';
import { clock } from '../aws/clock';
import { dynamoStore } from '../aws/dynamo-store';
import { env } from '../aws/env';
import { logger } from '../aws/log';
import { snsNotices } from '../aws/notices';
import { s3Client, s3Files } from '../aws/s3-files';
import { report } from './report';

const files = s3Files(s3Client(), env('bucket'));
const store = dynamoStore(env('ledger'));
const notices = snsNotices(JSON.parse(env('topics')) as string[]);

export const handler = (input: ReportInput): Promise<ReportOutput> =>
  report(input, { files, store, notices, clock, log: logger });
