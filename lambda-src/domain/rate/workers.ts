/**
 * Emails per second that one worker handles. It keeps 100 requests under way at about 250 ms each: 400 per second. Its
 * 512 MB give it 0.29 of a CPU, and an email takes about 1 ms of one: 300 per second. A third of that leaves room for
 * slow answers.
 */
const PER_WORKER = 100;
/**
 * Rate in emails per second up to which one worker is enough. Faster runs get one more, because a worker pauses about a
 * second between shards of 1,000. At lower rates that costs less than 1% of the time, and a second worker would cost
 * more: 512 MB on ARM are $6.7 per million seconds, half a percent of SES's price for 14 emails a second.
 */
const ONE_IS_ENOUGH = 10;
const MAX_WORKERS = 50;

/** Returns the number of workers for a rate in emails per second and a number of shards. */
export function workersFor(perSecond: number, shards: number): number {
  const wanted = perSecond <= ONE_IS_ENOUGH ? 1 : Math.ceil(perSecond / PER_WORKER) + 1;
  return Math.max(1, Math.min(wanted, shards, MAX_WORKERS));
}
