import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import {
  ENV,
  type NoticeTarget,
  type ReviewInput,
  type ReviewProgress,
  type TestResult,
} from '../../../src/private/contract';
import { clock } from '../../aws/clock';
import { dynamoStore } from '../../aws/dynamo-store';
import { env, settings } from '../../aws/env';
import { keyRing } from '../../aws/link-keys';
import { logger } from '../../aws/log';
import { snsNotices } from '../../aws/notices';
import { ofRun } from '../../aws/payload';
import { s3Client, s3Files } from '../../aws/s3-files';
import { sesPort } from '../../aws/ses';
import { readApprovalSecret } from '../../domain/links/link-secret';
import { approval } from './approval';
import { testMails } from './test-mails';

const files = s3Files(s3Client(), env('bucket'));
const store = dynamoStore(env('ledger'));
const notices = snsNotices(JSON.parse(env('topics')) as NoticeTarget[]);
const url = process.env[ENV.approvalUrl];
const links = url === undefined ? undefined : { url, keys: ring(env('approvalSecret')) };

export const handler = ofRun(
  async (input: ReviewInput, context: Context): Promise<ReviewProgress | Pick<TestResult, 'mails' | 'sent'>> => {
    const ses = sesPort();
    const ports = {
      ...{ files, store, ses, clock, notices, links },
      newId: randomUUID,
      random: Math.random,
      log: logger,
      remaining: () => context.getRemainingTimeInMillis(),
      configurationSet: env('configurationSet'),
      settings: settings(),
    };
    try {
      if (input.of === 'approval') return await approval(input, ports);
      // Return counts only: the failures name recipients, and must not enter the execution's history.
      const { mails, sent } = await testMails(input.run, ports);
      return { mails, sent };
    } finally {
      ses.close();
    }
  },
);

function ring(secretId: string) {
  const keys = keyRing(secretId, readApprovalSecret);
  return () => keys.keys();
}
