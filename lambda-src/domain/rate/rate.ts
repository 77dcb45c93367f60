import { type Store, UnknownWriteError } from '../ledger/store';
import type { Account, Clock, NewId, Random, Ses } from '../ports';
import { block } from './blocks';
import { type AccountWord, asRate, changed, isSpent, RATE_KEY, type RateRecord } from './rate-record';
import { TIMING } from './timing';

export { RATE_KEY } from './rate-record';

export interface RatePorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly random: Random;
}

/** Writes in a row with unknown effect, after which the ledger counts as out. */
const UNKNOWN = 3;

const STEP = 10;
const LONGEST_STEP = 50;

/**
 * Changes the rate record as `decide` says, again if another worker was quicker. `decide` returns undefined for no
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
      // At the same pace it would lose every time.
      await clock.sleep(random() * Math.min(STEP * ++lost, LONGEST_STEP));
    } catch (error) {
      if (!(error instanceof UnknownWriteError) || ++unknown === UNKNOWN) throw error;
      // What it would have given is lost; that it was given twice must not be.
    }
  }
}

export async function readRate(store: Store): Promise<RateRecord> {
  const [item] = await store.read([RATE_KEY]);
  return asRate(item);
}

export const SPENT = 'the day’s sending quota is spent';

/** Asks SES about the account, for all who share the ledger. */
export async function askAccount(ports: RatePorts & { readonly ses: Pick<Ses, 'account'> }): Promise<AccountWord> {
  const account: Account = await ports.ses.account();
  const word = { ...account, at: ports.clock.now() };
  await changeRate(ports, (record, now) => {
    const updated = { ...record, account: word };
    return {
      record: isSpent(word) ? (block(updated, 'quota', { reason: SPENT, tried: true }, now) ?? updated) : updated,
    };
  });
  return word;
}

/** Whether the account was not asked for lately, and no worker asks now. */
export const isOld = ({ account, asked = 0 }: RateRecord, now: number): boolean =>
  now - Math.max(account?.at ?? 0, asked) > TIMING.account;
