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

export function sharesOf(requests: readonly SesRequest[]): string {
  const of = (request: SesRequest) => request.to[0]!.split('@')[1]!;
  const begun = Math.max(...[...new Set(requests.map(of))].map((name) => requests.find((one) => of(one) === name)!.at));
  const ended = Math.min(
    ...[...new Set(requests.map(of))].map((name) => requests.filter((one) => of(one) === name).at(-1)!.at),
  );
  const counts = new Map<string, number>();
  let all = 0;
  for (const request of requests) {
    if (request.at < begun + 1000 || request.at >= ended) continue;
    counts.set(of(request), (counts.get(of(request)) ?? 0) + 1);
    all++;
  }
  const percent = [...counts.values()].map((count) => Math.round((100 * count) / all)).sort((a, b) => a - b);
  return `${percent[0]}–${percent.at(-1)} %`;
}
