import type { Condition, Item, Store, Update } from '../../../lambda-src/domain/ledger/store';
import { type SendResult, sendResultOf } from '../../../lambda-src/domain/sending/send-result';
import { LAYOUT, type Snapshot } from '../../../src/private/contract';
import type { Change, Changed } from '../world/surroundings';

/** A store that changes writes, and records as they are read. */
export function altered(real: Store, write: (update: Update) => Update, read = (item: Item): Item => item): Store {
  return {
    read: async (keys) => (await real.read(keys)).map((item) => item && read(item)),
    query: async (...of) => (await real.query(...of)).map(read),
    write: (update) => real.write(write(update)),
  };
}

/** What a run has pinned, as another reads it. */
export const snapshotAs = (other: (snapshot: Snapshot) => object): Pick<Changed, 'files'> => ({
  files: (real) => ({
    ...real,
    text: async (key) => {
      const text = await real.text(key);
      return text === undefined || !key.endsWith(LAYOUT.snapshot) ? text : JSON.stringify(other(JSON.parse(text)));
    },
  }),
});

/** Repeats a request that fails in this way at once, up to `most` times in all. */
export const sentAgain = (most: number, when: (answer: SendResult) => boolean): Pick<Changed, 'ses'> => ({
  ses: (real) => ({
    ...real,
    send: async (mail) => {
      for (let tries = 1; ; tries++) {
        try {
          return await real.send(mail);
        } catch (error) {
          if (tries === most || !when(sendResultOf(error))) throw error;
        }
      }
    },
  }),
});

/** A condition, to hold also where this one does. */
export const or = (update: Update, also: Condition): Update => ({ ...update, when: { any: [update.when, also] } });

export const inSend =
  (changed: Partial<Changed>): Change =>
  (functionName) =>
    functionName === 'send' ? changed : {};
