import { STATE } from '../../../lambda-src/domain/ledger/record';
import type { Condition, Item, Key, Store, Update } from '../../../lambda-src/domain/ledger/store';
import { RATE_KEY } from '../../../lambda-src/domain/rate/rate';
import { TAGS } from '../../../src/private/contract';
import type { Change } from '../world/surroundings';
import { altered, inSend, or, sentAgain } from './mutant';

const isClaim = ({ set }: Update): boolean => set.state === STATE.claimed;

export const sdkRetries: Change = inSend(sentAgain(3, ({ kind }) => kind === 'ambiguous'));

export const claimAfterSend: Change = (functionName) => {
  if (functionName !== 'send') return {};
  let claims: Store;
  const held = new Map<string, Update>();
  return {
    store: (real) => {
      claims = real;
      return {
        ...real,
        write: async (update) => {
          if (!isClaim(update)) return real.write(update);
          held.set(String(update.set.claimId), update);
          return { applied: true };
        },
      };
    },
    ses: (real) => ({
      ...real,
      send: async (mail) => {
        const answer = await real.send(mail);
        await claims.write(held.get(mail.tags.find(({ name }) => name === TAGS.claim)!.value)!);
        return answer;
      },
    }),
  };
};

export const markWithoutClaimId: Change = inSend({
  store: (real) =>
    altered(real, (update) => {
      const { state } = update.set;
      const isMark = state === STATE.refused || state === STATE.open || state === STATE.inDoubt;
      return isMark ? { ...update, when: { not: { absent: 'state' } } } : update;
    }),
});

/** What is claimed by another looks free, and is taken. */
export const steal = (state: string): Change =>
  inSend({
    store: (real) =>
      altered(
        real,
        (update) => (isClaim(update) ? or(update, { eq: ['state', state] }) : update),
        (item) => (item.state === state ? { ...item, state: STATE.open } : item),
      ),
  });

export const sendAfterUnknownClaim: Change = inSend({
  store: (real) => ({
    ...real,
    write: (update) => {
      if (isClaim(update)) return real.write(update).catch(() => ({ applied: true }));
      // No record begins with its mark: the tracker needs the claim's attributes.
      const marked: Condition = { all: [{ not: { absent: 'state' } }, update.when] };
      return real.write(update.set.state === STATE.sent ? { ...update, when: marked } : update);
    },
  }),
});

/** `sending <` becomes `sending <=`, in what is read and in what is written. */
export const refusedInTheSameRun: Change = inSend({
  store: (real) =>
    altered(
      real,
      (update) => (isClaim(update) ? or(update, { eq: ['state', STATE.refused] }) : update),
      (item) => (item.state === STATE.refused ? { ...item, sending: Number(item.sending) - 1 } : item),
    ),
});

export const oneClaimIdForARun: Change = inSend({ newId: () => () => 'always' });

export const retryBeforeItsDeadlineIsKnown: Change = inSend({
  store: (real) => ({
    ...real,
    write: (update) => {
      const isExtension = Object.keys(update.set).join() === 'deadline';
      return isExtension
        ? real.write(update).then(
            () => ({ applied: true }),
            () => ({ applied: true }),
          )
        : real.write(update);
    },
  }),
});

/** A late repetition takes back a longer deadline. */
export const deadlineTakenBack: Change = inSend({
  store: (real) =>
    altered(real, (update) => {
      const isExtension = Object.keys(update.set).join() === 'deadline';
      const held: Condition = { eq: ['claimId', String(update.set.claimId)] };
      if (isClaim(update)) return or(update, { all: [held, { eq: ['state', STATE.claimed] }] });
      return isExtension ? { ...update, when: (update.when as { all: Condition[] }).all[0]! } : update;
    }),
});

const isPreferences = ({ sk }: Key): boolean => sk === 'preferences';

export const preferencesNotRead: Change = inSend({
  store: (real) => ({
    ...real,
    read: async (keys) => (await real.read(keys)).map((item, at) => (isPreferences(keys[at]!) ? undefined : item)),
  }),
});

/** What was read first is believed for as long as the worker lives. */
export const preferencesReadOnce: Change = inSend({
  store: (real) => {
    const first = new Map<string, Item | undefined>();
    return {
      ...real,
      read: async (keys) => {
        const items = await real.read(keys);
        return items.map((item, at) => {
          const { pk } = keys[at]!;
          if (!isPreferences(keys[at]!)) return item;
          if (!first.has(pk)) first.set(pk, item);
          return first.get(pk);
        });
      },
    };
  },
});

/** What is reserved is not written down. */
export const slotsNotReserved: Change = inSend({
  store: (real) => ({
    ...real,
    write: (update) =>
      update.key.pk === RATE_KEY.pk && update.set.next !== 0 ? Promise.resolve({ applied: true }) : real.write(update),
  }),
});

/** It is tried again at once. */
export const retryWithoutSlot: Change = inSend(
  sentAgain(5, (answer) => answer.kind === 'retry' && answer.throttled === true),
);

/** Workers read the records that hold them, and nothing in them. */
export const pauseNotSeen: Change = inSend({
  store: (real) =>
    altered(
      real,
      (update) => update,
      ({ paused: _, stopped: __, ...item }) => item as Item,
    ),
});
