import type { Item } from '../../../lambda-src/domain/ledger/store';
import { outcomesKey } from '../../../lambda-src/domain/run/shard';
import { LAYOUT, type Recipient, type ShardHead } from '../../../src/private/contract';
import type { Change } from '../world/surroundings';
import { altered, snapshotAs } from './mutant';

const HOUR = 3_600_000;

export const policyBeforeDeadline: Change = (functionName) =>
  functionName === 'settle' ? { clock: (real) => ({ ...real, now: () => real.now() + HOUR }) } : {};

/** The worker writes each recipient's outcome as it knows it, and Settle leaves that as it is. */
export const workersWriteOutcomes: Change = (functionName, process) => {
  const sent = new Map<string, string>();
  if (functionName === 'settle') {
    return {
      files: (real) => ({
        ...real,
        put: async (key, body, type) => {
          if (!key.includes(LAYOUT.outcomes)) await real.put(key, body, type);
          else await real.putIfAbsent(key, body, type);
        },
      }),
    };
  }
  if (functionName !== 'send') return {};
  return {
    ses: (real) => ({
      ...real,
      send: async (mail) => {
        const answer = await real.send(mail);
        sent.set(
          mail.tags
            .map(({ value }) => value)
            .slice(0, 2)
            .join(' '),
          answer.messageId,
        );
        return answer;
      },
    }),
    afterSend: async ({ run, shard }, files) => {
      const [, ...recipients] = (await files.text(shard.key))!
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as ShardHead | Recipient);
      const outcomes = (recipients as Recipient[]).map(({ row, line, to, pk, sk }) => {
        const messageId = sent.get(`${pk} ${sk}`);
        return JSON.stringify({ row, line, to, outcome: messageId ? 'sent' : 'not_attempted', messageId });
      });
      process.world.tell(() => `${process.name} writes outcomes`);
      await files.put(outcomesKey(run, shard.shard), `${outcomes.join('\n')}\n`, 'application/jsonl');
    },
  };
};

/** Settle closes no record to the workers of its run. */
export const notClosed: Change = (functionName) =>
  functionName === 'settle'
    ? {
        store: (real) => {
          const closed = new Map<string, Item>();
          return {
            ...real,
            read: async (keys) =>
              (await real.read(keys)).map((item, at) => {
                const seen = closed.get(keys[at]!.pk + keys[at]!.sk);
                return item && seen ? { ...item, closed: seen.closed } : (item ?? seen);
              }),
            write: async (update) => {
              if (update.set.closed === undefined) return real.write(update);
              const [item] = await real.read([update.key]);
              closed.set(update.key.pk + update.key.sk, { ...item, ...update.set, ...update.key });
              return { applied: true };
            },
          };
        },
      }
    : {};

/** A worker sends with the templates that are deployed, and not with those its run began with. */
export const noSnapshot: Change = (functionName, _process, around) =>
  functionName === 'send' ? snapshotAs((snapshot) => ({ ...snapshot, templates: around.templates })) : {};

/** The second Plan of a run pins anew. */
export const snapshotTakenAnew: Change = (functionName) =>
  functionName === 'plan'
    ? {
        files: (real) => ({
          ...real,
          putIfAbsent: async (key, body, type) => {
            await real.put(key, body, type);
            return true;
          },
        }),
      }
    : {};

/** The second Plan of a run cuts the list as is deployed by then. */
export const shardsNotInSnapshot: Change = (functionName, _process, around) =>
  functionName === 'plan'
    ? snapshotAs((snapshot) => ({ ...snapshot, shards: { recipients: around.shardSize, characters: 1 << 20 } }))
    : {};

/** A campaign's last run began just now, whenever it did. */
export const neverClosed: Change = (functionName, process) =>
  functionName === 'register'
    ? {
        store: (real) =>
          altered(
            real,
            (update) => update,
            (item) => (item.activeAt ? { ...item, activeAt: new Date(process.now()).toISOString() } : item),
          ),
      }
    : {};

/** To Plan every start time is long past. */
export const atOnce: Change = (functionName) =>
  functionName === 'plan' ? { clock: (real) => ({ ...real, now: () => real.now() + 24 * HOUR }) } : {};
