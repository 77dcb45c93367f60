import * as fs from 'node:fs';
import * as path from 'node:path';
import { type ConsentPageDocument, ENV, FORMAT } from '../../../src/private/contract';
import { clock } from '../../aws/clock';
import { dynamoStore } from '../../aws/dynamo-store';
import { env } from '../../aws/env';
import { eventBus } from '../../aws/event-bus';
import { keyRing } from '../../aws/link-keys';
import { logger } from '../../aws/log';
import { emfMetrics } from '../../aws/metrics';
import { redactErrors } from '../../aws/redact-errors';
import { type HttpEvent, type Response, requestOf } from '../../domain/pages/http';
import { consent } from './consent';
import { Limiter } from './limiter';

// A file, because the function's environment variables are limited to 4 KB.
const page = JSON.parse(fs.readFileSync(path.join(__dirname, 'page.json'), 'utf8')) as ConsentPageDocument;
if (page.v !== FORMAT) throw new Error(`MM533: page.json has format ${page.v}, this function reads ${FORMAT}`);
const ring = keyRing(env('linkSecret'));
const store = dynamoStore(env('ledger'));
const metrics = emfMetrics();
const bus = eventBus(process.env[ENV.eventBus]);
/** Allows 20 requests at once per recipient, then one every 6 seconds. */
const limiter = new Limiter(20, 6_000);

const ports = { store, clock, log: logger, metrics, bus, page, limiter };

export const handler = redactErrors(
  (event: HttpEvent): Promise<Response> =>
    consent(requestOf(event), { ...ports, keys: (unknown) => ring.keys(unknown) }).finally(() => metrics.flush()),
);
