import { SFNClient } from '@aws-sdk/client-sfn';
import {
  ENV,
  LAYOUT,
  type NoticeTarget,
  type RegisterOutput,
  type TurnInput,
  type TurnOutput,
} from '../../../src/private/contract';
import { clock } from '../../aws/clock';
import { dynamoStore } from '../../aws/dynamo-store';
import { env, settings } from '../../aws/env';
import { eventBus } from '../../aws/event-bus';
import { sfnExecutions } from '../../aws/executions';
import { logger } from '../../aws/log';
import { emfMetrics } from '../../aws/metrics';
import { snsNotices } from '../../aws/notices';
import { ofPayload } from '../../aws/payload';
import { s3Client, s3Files, s3Keys } from '../../aws/s3-files';
import { tableIdOf } from '../../aws/table-id';
import { ofOwnRun } from '../../domain/run/own-run';
import { guard } from './guard';
import { locked } from './lock';
import { type RegisterInput, register } from './register';
import { targetCampaign } from './target-campaign';
import { turn } from './turn';

const client = s3Client();
const files = s3Files(client, env('bucket'));
const keys = s3Keys(client, env('bucket'));
const bus = eventBus(process.env[ENV.eventBus]);
const store = dynamoStore(env('ledger'));
const states = new SFNClient({});
const metrics = emfMetrics();
const notices = snsNotices(JSON.parse(env('topics')) as NoticeTarget[]);

export const handler = ofPayload((input: RegisterInput | TurnInput): Promise<RegisterOutput | TurnOutput> => {
  const owner = settings();
  const bucket = env('bucket');
  if ('turn' in input) {
    const executions = sfnExecutions(input.execution, states);
    return turn(ofOwnRun(input, { bucket, mailer: owner.mailer }), { store, clock, notices, log: logger, executions });
  }
  const { prefix, draftsPrefix = LAYOUT.drafts } = owner.intake;
  const lock = async () => {
    const me = { mailer: owner.mailer, holder: env('holder'), tableId: await tableIdOf(env('ledger')) };
    return guard(me, [prefix, draftsPrefix], { store, files, keys });
  };
  return register(input, {
    store,
    bus,
    settings: owner,
    bucket,
    log: logger,
    locked: () => locked(input, { lock, notices, metrics, log: logger, mailer: env('mailer') }),
    targetCampaign: (upload) => targetCampaign(upload, files, owner.intake),
  });
});
