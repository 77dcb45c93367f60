import {
  ENV,
  type NoticeTarget,
  type ReportInput,
  type ReportOutput,
  type Subscribers,
} from '../../../src/private/contract';
import { clock } from '../../aws/clock';
import { dynamoStore } from '../../aws/dynamo-store';
import { env, settings } from '../../aws/env';
import { eventBus } from '../../aws/event-bus';
import { logger } from '../../aws/log';
import { emfMetrics } from '../../aws/metrics';
import { snsNotices } from '../../aws/notices';
import { ofRun } from '../../aws/payload';
import { s3Client, s3Files, s3Folders } from '../../aws/s3-files';
import { snsSubscriptions } from '../../aws/subscriptions';
import { earlierRuns } from './earlier-runs';
import { missingSubscribers } from './missing-subscribers';
import { reportPage } from './page/page';
import { type ReportPorts, report } from './report';

const client = s3Client();
const files = s3Files(client, env('bucket'));
const folders = s3Folders(client, env('bucket'));
const store = dynamoStore(env('ledger'));
const metrics = emfMetrics();
const bus = eventBus(process.env[ENV.eventBus]);
const trackSeconds = settings().tracking?.periodSeconds ?? 0;
const notices = snsNotices(JSON.parse(env('topics')) as NoticeTarget[]);
const subscribers = JSON.parse(process.env[ENV.subscribers] ?? 'null') as Subscribers | null;
const subscriptions = snsSubscriptions();

const pageOf: ReportPorts['pageOf'] = async (summary, run) =>
  reportPage(summary, await earlierRuns(run, { files, folders }));

export const handler = ofRun(
  (input: ReportInput): Promise<ReportOutput> =>
    report(input, {
      files,
      store,
      bus,
      notices,
      clock,
      log: logger,
      metrics,
      trackSeconds,
      missingSubscribers: subscribers
        ? () => missingSubscribers(subscribers, { subscriptions, log: logger })
        : undefined,
      pageOf,
      region: process.env.AWS_REGION,
    }),
);
