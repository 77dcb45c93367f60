import { randomUUID } from 'node:crypto';
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { ENV, type NoticeTarget } from '../../../src/private/contract';
import { clock } from '../../aws/clock';
import { dynamoStore } from '../../aws/dynamo-store';
import { env, settings } from '../../aws/env';
import { eventBus } from '../../aws/event-bus';
import { logger } from '../../aws/log';
import { emfMetrics } from '../../aws/metrics';
import { snsNotices } from '../../aws/notices';
import { redactErrors } from '../../aws/redact-errors';
import { Tracker } from './tracker';

const { tracking } = settings();
if (!tracking)
  throw new Error(`MM502: ${ENV.settings} has no settings of tracking; the BulkMailer construct sets them`);
const ports = {
  store: dynamoStore(env('ledger')),
  notices: snsNotices(JSON.parse(env('topics')) as NoticeTarget[]),
  bus: eventBus(process.env[ENV.eventBus]),
  clock,
  newId: randomUUID,
  random: Math.random,
  log: logger,
  metrics: emfMetrics(),
  settings: tracking,
};

export const handler = redactErrors(async (batch: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  const tracker = new Tracker(ports);
  const take = ({ messageId, body, attributes }: SQSRecord) =>
    tracker.take({ messageId, body, received: Number(attributes.ApproximateReceiveCount) });
  const processor = new BatchProcessor(EventType.SQS);
  try {
    const { batchItemFailures } = await processPartialResponse(batch, take, processor, {
      context,
      throwOnFullBatchFailure: false,
    });
    for (const error of processor.errors) logger.error('an event is to come again', { error: String(error) });
    const unpublished = await tracker.end();
    return { batchItemFailures: [...batchItemFailures, ...unpublished.map((itemIdentifier) => ({ itemIdentifier }))] };
  } finally {
    ports.metrics.flush();
  }
});
