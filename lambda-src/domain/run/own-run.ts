import { LAYOUT, type RunRef } from '../../../src/private/contract';
import { FOLDINGS } from '../address/address';
import { runFolder } from '../campaign/campaign';
import { getOwn } from '../get-own';
import { campaignDigest } from '../ledger/keys';
import { shardKey } from './shard';

/** An unvalidated object: a caller may put anything in a payload. */
type Fields = { readonly [name: string]: unknown };

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const isCount = (value: unknown, least: number): boolean => Number.isSafeInteger(value) && (value as number) >= least;

/**
 * Checks that a payload refers only to a run of this mailer: its campaign, its bucket, and keys that Register and Plan
 * create. Throws MM519 otherwise, before anything is read, written or sent.
 */
export function ofOwnRun<T>(payload: T, { bucket, mailer }: { readonly bucket: string; readonly mailer: string }): T {
  const fields = fieldsOf(payload);
  const wrong = (field: string, allowed: string) => new Error(`MM519: the payload’s ${field} must be ${allowed}`);
  const name = Object.hasOwn(fields, 'draft') ? 'draft' : 'run';
  const found = fieldsOf(getOwn(fields, name));
  const run = found as unknown as RunRef;
  const { campaign, folder, startedAt } = run;
  const list = fieldsOf(getOwn(found, 'list'));

  if (![campaign, folder, startedAt, list.key].every((one) => typeof one === 'string') || !isCount(run.run, 1))
    throw wrong(name, 'as Register returned it');
  if (run.sending !== undefined && !isCount(run.sending, 1)) throw wrong(`${name}.sending`, 'a number ≥ 1');
  if (list.bucket !== bucket) throw wrong(`${name}.list.bucket`, bucket);
  if (run.mailer !== mailer || !campaign.startsWith(`${mailer}/`)) throw wrong(`${name}.campaign`, `${mailer}/…`);
  const { folding, column } = fieldsOf(run.identity);
  if (!Object.hasOwn(FOLDINGS, String(folding)) || !['undefined', 'string'].includes(typeof column))
    throw wrong(`${name}.identity`, 'as Register returned it');
  if (run.campaignDigest !== campaignDigest(campaign))
    throw wrong(`${name}.campaignDigest`, 'the digest of the campaign');
  if (folder !== runFolder(campaign, run.run, startedAt)) throw wrong(`${name}.folder`, 'the folder of the run');

  if (Object.hasOwn(fields, 'shard')) {
    const shard = fieldsOf(fields.shard);
    if (!isCount(shard.shard, 1) || shard.key !== shardKey(run, shard.shard as number))
      throw wrong('shard', 'a shard of the run');
  }
  const plan = getOwn(fields, 'plan');
  if (plan !== undefined && plan !== null && fieldsOf(plan).shardList !== `${folder}${LAYOUT.shardList}`)
    throw wrong('plan', 'the plan of the run');
  if (Object.hasOwn(fields, 'rounds') && !isCount(fields.rounds, 0)) throw wrong('rounds', 'a number of rounds');
  return payload;
}
