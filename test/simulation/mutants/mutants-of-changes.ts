import { STATE } from '../../../lambda-src/domain/ledger/record';
import type { Condition, Key } from '../../../lambda-src/domain/ledger/store';
import { pick } from '../../../local/random';
import { LAYOUT, type Recipient } from '../../../src/private/contract';
import { sesAnswer } from '../../support/ses-answer';
import { BUCKET, OWNER } from '../lives/scenario';
import type { Change } from '../world/surroundings';
import { altered, inSend } from './mutant';

/** A policy grants whatever is in doubt, also what another run's policy holds. */
export const policyGrantsEveryDoubt: Change = (functionName, process) =>
  functionName === 'settle'
    ? {
        store: (real) =>
          altered(
            real,
            (update) => {
              const { grantClaim } = update.set;
              if (grantClaim === undefined) return update;
              const inDoubt: Condition[] = [{ eq: ['state', STATE.inDoubt] }, { eq: ['claimId', String(grantClaim)] }];
              return { ...update, when: { all: inDoubt } };
            },
            (item) => (item.state === STATE.inDoubt ? { ...item, sending: process.sending } : item),
          ),
      }
    : {};

/** A list of doubts grants whatever is in doubt of those it names, and not only the claim that was decided on. */
export const listGrantsEveryDoubt: Change = (functionName, _process, { ledger }) =>
  functionName === 'settle'
    ? {
        files: (real) => ({
          ...real,
          open: async (key) => {
            const body = await real.open(key);
            if (!body || !key.includes(LAYOUT.shards)) return body;
            let text = '';
            for await (const part of body) text += part;
            const lines = text.split('\n').map((line) => {
              const { pk, sk, doubt } = line === '' ? ({} as Partial<Recipient>) : (JSON.parse(line) as Recipient);
              if (doubt === undefined) return line;
              return JSON.stringify({ ...JSON.parse(line), doubt: ledger.get({ pk: pk!, sk: sk! })?.claimId });
            });
            return {
              async *[Symbol.asyncIterator]() {
                yield Buffer.from(lines.join('\n'));
              },
              destroy: () => {},
            };
          },
        }),
      }
    : {};

/** A resend that does not go out leaves its recipient open. */
export const doubtForgotten: Change = inSend({
  store: (real) =>
    altered(real, (update) => {
      const { resendReason } = update.set;
      return resendReason === undefined ? update : { ...update, set: { state: STATE.open, reason: resendReason } };
    }),
});

/** A run takes the turn though another sends. */
export const turnNotWaitedFor: Change = (room, process) =>
  room === 'register'
    ? {
        store: (real) =>
          altered(
            real,
            (update) => update,
            (item) => (item.state === 'sending' && item.run !== process.run ? { ...item, state: 'settled' } : item),
          ),
      }
    : {};

/** All lists of a campaign are versions of one object. */
export const oneObjectForAllLists: Change = (room) => {
  const one = <K extends Key>(key: K): K => (key.sk.startsWith('object#') ? { ...key, sk: 'object#one' } : key);
  return room === 'register'
    ? {
        store: (real) => ({
          ...real,
          read: (keys) => real.read(keys.map(one)),
          write: (update) => real.write({ ...update, key: one(update.key) }),
        }),
      }
    : {};
};

/** What a campaign began with is not remembered. */
export const identityNotPinned: Change = (room) =>
  room === 'register'
    ? {
        store: (real) => ({
          ...real,
          read: async (keys) => (await real.read(keys)).map((item) => (item?.sk === 'identity' ? undefined : item)),
          write: (update) => (update.key.sk === 'identity' ? Promise.resolve({ applied: true }) : real.write(update)),
        }),
      }
    : {};

/** Unclear answers block nothing. */
export const outageNotSeen: Change = inSend({
  store: (real) =>
    altered(
      real,
      (update) => update,
      (item) => {
        const { unclear: _, ...blocks } = (item.blocks ?? {}) as { readonly unclear?: object };
        return item.blocks === undefined ? item : { ...item, blocks };
      },
    ),
});

/** What is known of recipients is kept by bucket. */
export const recordsOfABucket: Change = (functionName, _process, { bucket }) => {
  const moved = <K extends Key>(key: K): K =>
    bucket.name === BUCKET || key.pk.length !== 43 || key.sk.length !== 43
      ? key
      : { ...key, sk: `${key.sk.slice(1)}#` };
  return functionName === 'track'
    ? {}
    : {
        store: (real) => ({
          ...real,
          read: (keys) => real.read(keys.map(moved)),
          write: (update) => real.write({ ...update, key: moved(update.key) }),
        }),
      };
};

/** Every reader of the prefix's marker finds itself as its owner. */
export const everyPrefixIsMine: Change = (functionName, _process, { owner = OWNER }) =>
  functionName === 'register'
    ? {
        files: (real) => ({
          ...real,
          text: async (key) => {
            const text = await real.text(key);
            return text === undefined || !key.startsWith(LAYOUT.markers) ? text : JSON.stringify({ v: 1, ...owner });
          },
        }),
      }
    : {};

/** A 4xx that SES did not write is taken for SES's. */
export const foreignAnswerBelieved: Change = (functionName, process) =>
  functionName === 'send'
    ? {
        ses: (real) => ({
          ...real,
          send: (mail) =>
            real.send(mail).catch((error) => {
              const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
              if (status < 400 || status >= 500) throw error;
              const known = { 429: 'TooManyRequestsException', 403: 'AccessDeniedException' } as const;
              throw sesAnswer(known[status as 429] ?? pick(['MessageRejected'], process.world.random), status);
            }),
        }),
      }
    : {};
