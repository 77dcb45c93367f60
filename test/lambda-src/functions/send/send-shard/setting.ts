import { asRecord, type RecipientRecord } from '../../../../../lambda-src/domain/ledger/record';
import type { Key } from '../../../../../lambda-src/domain/ledger/store';
import { Counters } from '../../../../../lambda-src/domain/metrics';
import type { Account, Mail } from '../../../../../lambda-src/domain/ports';
import type { SendPorts } from '../../../../../lambda-src/functions/send/ports';
import { sendShard } from '../../../../../lambda-src/functions/send/send-shard';
import { SAYS } from '../../../../../local/ses/answers';
import type { Recipient } from '../../../../../src/private/contract';
import { memoryBus } from '../../../../support/memory-bus';
import { memorySes } from '../../../../support/memory-ses';
import { plannedRun, recipientFor, silent, urls } from '../../../../support/run';
import { thrownFor } from '../../../../support/ses-answer';
import { virtualClock } from '../../../../support/virtual-clock';

export const ACCOUNT: Account = {
  maxPerSecond: 100,
  max24Hours: 50_000,
  sentLast24Hours: 0,
  productionAccess: true,
  sendingEnabled: true,
};

export const THROTTLED = thrownFor(SAYS.throttled());

/** A shard of people and an SES that answers by script: an error to throw, or nothing to accept. */
export async function setting(
  rows = 3,
  answers: (mail: Mail, request: number) => Error | undefined = () => undefined,
  more: (row: number) => Partial<Recipient> = () => ({}),
) {
  const recipients = Array.from({ length: rows }, (_, at) => ({ ...recipientFor(at + 1), ...more(at + 1) }));
  const run = await plannedRun(recipients);
  const clock = virtualClock();
  const ses = memorySes(ACCOUNT, undefined, { answers, now: clock.now });
  const { requests, accepted, tenants } = ses;
  const counted: Record<string, number>[] = [];
  const notices: string[] = [];
  let ids = 0;
  const bus = memoryBus();
  const ports: SendPorts = {
    files: run.files,
    store: run.store,
    clock,
    log: silent,
    bus,
    metrics: new Counters((values) => void counted.push(Object.fromEntries(values))),
    notices: { publish: async (subject, text) => void notices.push(`${subject}\n${text}`) },
    newId: () => `id-${++ids}`,
    random: () => 0.5,
    configurationSet: 'mm',
    consentUrls: urls,
    remaining: () => 900_000,
    ses,
  };
  const record = (row: number): RecipientRecord | undefined => asRecord(run.store.get(recipients[row - 1]));
  const put = (key: Key, more: Partial<RecipientRecord>) =>
    run.store.items.set(`${key.pk}\n${key.sk}`, {
      ...key,
      v: 1,
      claimId: 'x',
      run: 1,
      sending: more.run ?? 1,
      attempt: 1,
      deadline: 0,
      ...more,
    } as never);
  const go = (more: Partial<SendPorts> = {}, input = run.input) => sendShard(input, { ...ports, ...more });
  return {
    bus,
    ...run,
    recipients,
    notices,
    counted,
    clock,
    ports,
    requests,
    accepted,
    tenants,
    record,
    put,
    go,
  };
}
