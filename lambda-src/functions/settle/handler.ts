import type { ShardInput, ShardProgress } from '../../../src/private/contract';
import { clock } from '../../aws/clock';
import { dynamoStore } from '../../aws/dynamo-store';
import { env } from '../../aws/env';
import { logger } from '../../aws/log';
import { ofRun } from '../../aws/payload';
import { s3Client, s3Files } from '../../aws/s3-files';
import { settleShard } from './settle-shard';

const files = s3Files(s3Client(), env('bucket'));
const store = dynamoStore(env('ledger'));

export const handler = ofRun(
  (input: ShardInput): Promise<ShardProgress> => settleShard(input, { files, store, clock, log: logger }),
);
