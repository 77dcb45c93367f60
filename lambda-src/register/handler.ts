import { ENV, type RegisterOutput } from '../../src/private/contract';
import { dynamoStore } from '../aws/dynamo-store';
import { env, settings } from '../aws/env';
import { eventBus } from '../aws/event-bus';
import { logger } from '../aws/log';
import { ofPayload } from '../aws/payload';
import { s3Client, s3Files } from '../aws/s3-files';
import { boundTo } from './bound-to';
import { type RegisterInput, register } from './register';

const files = s3Files(s3Client(), env('bucket'));
const bus = eventBus(process.env[ENV.eventBus]);
const store = dynamoStore(env('ledger'));

export const handler = ofPayload((input: RegisterInput): Promise<RegisterOutput> => {
  const owner = settings();
  return register(input, {
    store,
    bus,
    settings: owner,
    bucket: env('bucket'),
    log: logger,
    boundTo: (upload) => boundTo(upload, files, owner.intake),
  });
});
