import { type Store, UnknownWriteError } from '../ledger/store';
import type { Account, Clock, NewId, Random, Ses } from '../ports';
import { block } from './blocks';
import { asRate, changed, isSpent, type KnownAccount, RATE_KEY, type RateRecord } from './rate-record';
import { TIMING } from './timing';

export { RATE_KEY } from './rate-record';

export interface RatePorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly random: Random;
}

/** Consecutive writes with unknown effect after which the ledger counts as unavailable. */
const MAX_UNKNOWN_WRITES = 3;

const DELAY_STEP = 10;
const MAX_DELAY = 50;

/**
 * Changes the rate record with `decide`, and repeats if another worker wrote first. `decide` returns undefined for no
 * change.
 */
export async function changeRate<T extends { readonly record: RateRecord }>(
  ports: RatePorts,
  decide: (record: RateRecord, now: number) => T | undefined | Promise<T | undefined>,
): Promise<T | undefined> {
  const { store, clock, newId, random } = ports;
  for (let lost = 0, unknown = 0; ; ) {
    const before = await readRate(store);
    const decided = await decide(before, clock.now());
    if (!decided) return undefined;
    try {
      if ((await store.write(changed(before, decided.record, newId()))).applied) return decided;
      // A random delay, or the same worker would lose every time.
      await clock.sleep(random() * Math.min(DELAY_STEP * ++lost, MAX_DELAY));
    } catch (error) {
      if (!(error instanceof UnknownWriteError) || ++unknown === MAX_UNKNOWN_WRITES) throw error;
      // If the write was applied, its permits are lost. That is safer than using them twice.
    }
  }
}

export async function readRate(store: Store): Promise<RateRecord> {
  const [item] = await store.read([RATE_KEY]);
  return asRate(item);
}

export const SPENT = 'the day’s sending quota is spent';

/** Reads the account from SES and stores it for all mailers on the ledger. */
export async function askAccount(ports: RatePorts & { readonly ses: Pick<Ses, 'account'> }): Promise<KnownAccount> {
  const account: Account = await ports.ses.account();
  const known = { ...account, at: ports.clock.now() };
  await changeRate(ports, (record, now) => {
    const updated = { ...record, account: known };
    return {
      record: isSpent(known) ? (block(updated, 'quota', { reason: SPENT, tried: true }, now) ?? updated) : updated,
    };
  });
  return known;
}

/** Whether the account's data is old and no worker is requesting it now. */
export const isOld = ({ account, asked = 0 }: RateRecord, now: number): boolean =>
  now - Math.max(account?.at ?? 0, asked) > TIMING.account;
