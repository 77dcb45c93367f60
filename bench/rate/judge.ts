import type { SesRequest } from '../../local/ses/request';

/** Evaluates a campaign from one second after the first email until 95 % are sent; after that some workers are idle. */
export function judged(rate: number, requests: readonly SesRequest[], recipients: number, inDoubt: number) {
  const accepted = requests.filter((one) => one.accepted);
  const times = accepted.map(({ at }) => at).sort((a, b) => a - b);
  const from = times[0]! + 1000;
  const to = times[Math.floor(0.95 * times.length)]!;
  const within = times.filter((at) => at >= from && at < to).length;
  const people = new Set(accepted.map((one) => one.to[0]));
  let busiest = 0;
  for (let first = 0, last = 0; last < times.length; last++) {
    while (times[first]! <= times[last]! - 1000) first++;
    busiest = Math.max(busiest, last - first + 1);
  }
  return {
    rate,
    used: within / ((rate * (to - from)) / 1000),
    busiest,
    throttled: requests.filter(({ answer }) => answer.startsWith('429')).length / requests.length,
    sent: people.size,
    lost: Math.max(0, recipients - people.size - inDoubt),
    twice: accepted.length - people.size,
    inDoubt,
  };
}

/** Returns undefined if no email left while all campaigns were sending. */
export function sharesOf(requests: readonly SesRequest[]): string | undefined {
  const campaigns = new Map<string, number[]>();
  for (const { to, at } of requests) {
    const domain = to[0]!.split('@')[1]!;
    const times = campaigns.get(domain);
    if (times) times.push(at);
    else campaigns.set(domain, [at]);
  }
  const times = [...campaigns.values()];
  const from = Math.max(...times.map((of) => of[0]!)) + 1000;
  const to = Math.min(...times.map((of) => of.at(-1)!));
  const counts = times.map((of) => of.filter((at) => at >= from && at < to).length);
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return undefined;
  const percent = counts.map((count) => Math.round((100 * count) / all));
  return `${Math.min(...percent)}–${Math.max(...percent)} %`;
}
