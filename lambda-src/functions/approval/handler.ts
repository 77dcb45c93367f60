import { clock } from '../../aws/clock';
import { dynamoStore } from '../../aws/dynamo-store';
import { env, settings } from '../../aws/env';
import { keyRing } from '../../aws/link-keys';
import { logger } from '../../aws/log';
import { redactErrors } from '../../aws/redact-errors';
import { readApprovalSecret } from '../../domain/links/link-secret';
import { type HttpEvent, type Response, requestOf } from '../../domain/pages/http';
import { answer } from './answer';

const ring = keyRing(env('approvalSecret'), readApprovalSecret);
const store = dynamoStore(env('ledger'));

export const handler = redactErrors(
  (event: HttpEvent): Promise<Response> =>
    answer(requestOf(event), {
      store,
      clock,
      log: logger,
      keys: (unknown) => ring.keys(unknown),
      approvers: settings().approval?.approvers ?? [],
    }),
);
