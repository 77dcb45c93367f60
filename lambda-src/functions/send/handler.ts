import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { ENV, type NoticeTarget, type ShardInput, type ShardProgress } from '../../../src/private/contract';
import { clock } from '../../aws/clock';
import { dynamoStore } from '../../aws/dynamo-store';
import { env } from '../../aws/env';
import { eventBus } from '../../aws/event-bus';
import { keyRing } from '../../aws/link-keys';
import { logger } from '../../aws/log';
import { emfMetrics } from '../../aws/metrics';
import { snsNotices } from '../../aws/notices';
import { ofRun } from '../../aws/payload';
import { s3Client, s3Files } from '../../aws/s3-files';
import { sesPort } from '../../aws/ses';
import { consentUrls } from '../../domain/links/consent-link';
import { sendShard } from './send-shard';

const files = s3Files(s3Client(), env('bucket'));
const store = dynamoStore(env('ledger'));
const notices = snsNotices(JSON.parse(env('topics')) as NoticeTarget[]);
const bus = eventBus(process.env[ENV.eventBus]);
const metrics = emfMetrics();
const ring = keyRing(env('linkSecret'));

export const handler = ofRun(async (input: ShardInput, context: Context): Promise<ShardProgress> => {
  const keys = await ring.keys();
  const ses = sesPort();
  try {
    return await sendShard(input, {
      files,
      store,
      notices,
      bus,
      ses,
      clock,
      newId: randomUUID,
      random: Math.random,
      log: logger,
      metrics,
      configurationSet: env('configurationSet'),
      consentUrls: (link) => consentUrls(link, env('consentUrl'), keys),
      remaining: () => context.getRemainingTimeInMillis(),
    });
  } finally {
    metrics.flush();
    ses.close();
  }
});
