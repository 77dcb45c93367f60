/**
 * A worker keeps a hundred messages under way, of which each takes some 250 ms from its permit's reservation to its mark:
 * four hundred a second. Its 512 MB are 0.29 of a CPU, and a message takes about a millisecond of one: three hundred. A
 * third of that leaves room for slow answers.
 */
const PER_WORKER = 100;
/**
 * Between two shards of a thousand a worker is gone for about a second, so it is one more. Slower than this it loses
 * less than a hundredth of its time, and a second would cost more: 512 MB on ARM are $6.7 in a million seconds, half a
 * percent of what SES takes for 14 messages a second.
 */
const ONE_IS_ENOUGH = 10;
const MAX_WORKERS = 50;

export function workersFor(perSecond: number, shards: number): number {
  const wanted = perSecond <= ONE_IS_ENOUGH ? 1 : Math.ceil(perSecond / PER_WORKER) + 1;
  return Math.max(1, Math.min(wanted, shards, MAX_WORKERS));
}
