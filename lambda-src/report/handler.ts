import { ENV, type ReportInput, type ReportOutput } from '../../src/private/contract';
import { clock } from '../aws/clock';
import { dynamoStore } from '../aws/dynamo-store';
import { env, settings } from '../aws/env';
import { eventBus } from '../aws/event-bus';
import { logger } from '../aws/log';
import { emfMetrics } from '../aws/metrics';
import { snsNotices } from '../aws/notices';
import { ofPayload } from '../aws/payload';
import { s3Client, s3Files } from '../aws/s3-files';
import { report } from './report';

const files = s3Files(s3Client(), env('bucket'));
const store = dynamoStore(env('ledger'));
const metrics = emfMetrics();
const bus = eventBus(process.env[ENV.eventBus]);
const trackSeconds = settings().tracking?.periodSeconds ?? 0;
const notices = snsNotices(JSON.parse(env('topics')) as string[]);

export const handler = ofPayload(
  (input: ReportInput): Promise<ReportOutput> =>
    report(input, { files, store, bus, notices, clock, log: logger, metrics, trackSeconds }),
);
