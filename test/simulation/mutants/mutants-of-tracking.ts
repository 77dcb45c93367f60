import type { Store, Update } from '../../../lambda-src/domain/ledger/store';
import type { Change } from '../world/surroundings';

const inTracker =
  (write: (update: Update, real: Store) => Promise<void>): Change =>
  (functionName) =>
    functionName === 'track'
      ? {
          store: (real) => ({
            ...real,
            write: async (update) => {
              const written = await real.write(update);
              if (written.applied) await write(update, real);
              return written;
            },
          }),
        }
      : {};

/** A refused sender, as a hard bounce of the recipient. */
export const blockedOptsOut: Change = inTracker(async ({ key, set }, real) => {
  if (set.blockedAt === undefined) return;
  const attribute = 'optedOut:*:hard_bounce';
  await real.write({
    key: { pk: key.pk, sk: 'preferences' },
    when: { absent: attribute },
    set: { v: 1, [attribute]: `${set.blockedAt} ${set.messageId} campaign` },
  });
});

/** Words are kept, and what follows from them is lost. */
export const optOutsOfEventsLost: Change = inTracker(async ({ key, set }, real) => {
  const remove = Object.keys(set).filter((name) => name.startsWith('optedOut:*:'));
  if (remove.length > 0) await real.write({ key, when: { not: { absent: 'v' } }, set: {}, remove });
});
