import { randomUUID } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clock } from '../../lambda-src/aws/clock';
import { sesPort } from '../../lambda-src/aws/ses';
import { NO_BUS } from '../../lambda-src/domain/events/bus';
import { consentUrls } from '../../lambda-src/domain/links/consent-link';
import { uncounted } from '../../lambda-src/domain/metrics';
import type { Files } from '../../lambda-src/domain/ports';
import { sendShard } from '../../lambda-src/functions/send/send-shard';
import type { ShardInput } from '../../src/private/contract';
import { remoteStore } from './ledger';

const KEYS = { current: 'k1', secrets: { k1: 'secret' } };
const [folder = '', configurationSet = ''] = process.argv.slice(2);

const unused = () => Promise.reject(new Error('not in this bench'));
const files: Files = {
  openList: unused,
  find: unused,
  open: async (key) => (existsSync(join(folder, key)) ? createReadStream(join(folder, key)) : undefined),
  text: async (key) => (existsSync(join(folder, key)) ? readFileSync(join(folder, key), 'utf8') : undefined),
  put: unused,
  putIfAbsent: unused,
  write: () => {
    throw new Error('not in this bench');
  },
};
const store = remoteStore();
const log = {
  info: () => {},
  warn: (message: string, data?: object) => console.error(message, JSON.stringify(data)),
  error: (message: string, data?: object) => console.error(message, JSON.stringify(data)),
};

/** Handles one invocation after the other, as Step Functions makes them. */
process.on('message', async ({ invoke }: { invoke?: ShardInput }) => {
  if (!invoke) return;
  const ses = sesPort();
  try {
    const progress = await sendShard(invoke, {
      bus: NO_BUS,
      files,
      store,
      ses,
      clock,
      newId: randomUUID,
      random: Math.random,
      log,
      metrics: uncounted,
      notices: { publish: async (subject) => log.error(subject) },
      configurationSet,
      consentUrls: (link) => consentUrls(link, 'https://leave.example.com/', KEYS),
      remaining: () => 900_000,
    });
    process.send!({ progress });
  } finally {
    ses.close();
  }
});
process.send!({ ready: true });
