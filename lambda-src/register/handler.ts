import { ENV, LAYOUT, type NoticeTarget, type RegisterOutput } from '../../src/private/contract';
import { dynamoStore } from '../aws/dynamo-store';
import { env, settings } from '../aws/env';
import { eventBus } from '../aws/event-bus';
import { logger } from '../aws/log';
import { emfMetrics } from '../aws/metrics';
import { snsNotices } from '../aws/notices';
import { ofPayload } from '../aws/payload';
import { s3Client, s3Files, s3Keys } from '../aws/s3-files';
import { tableIdOf } from '../aws/table-id';
import { boundTo } from './bound-to';
import { guard } from './guard';
import { locked } from './lock';
import { type RegisterInput, register } from './register';

const client = s3Client();
const files = s3Files(client, env('bucket'));
const keys = s3Keys(client, env('bucket'));
const bus = eventBus(process.env[ENV.eventBus]);
const store = dynamoStore(env('ledger'));
const metrics = emfMetrics();
const notices = snsNotices(JSON.parse(env('topics')) as NoticeTarget[]);

export const handler = ofPayload((input: RegisterInput): Promise<RegisterOutput> => {
  const owner = settings();
  const { prefix, draftsPrefix = LAYOUT.drafts } = owner.intake;
  const lock = async () => {
    const me = { mailer: owner.mailer, holder: env('holder'), tableId: await tableIdOf(env('ledger')) };
    return guard(me, [prefix, draftsPrefix], { store, files, keys });
  };
  return register(input, {
    store,
    bus,
    settings: owner,
    bucket: env('bucket'),
    log: logger,
    locked: () => locked(input, { lock, notices, metrics, log: logger, mailer: env('mailer') }),
    boundTo: (upload) => boundTo(upload, files, owner.intake),
  });
});
