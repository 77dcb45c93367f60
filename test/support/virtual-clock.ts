import type { Clock } from '../../lambda-src/domain/ports';

/** A clock that stands still while anything runs and jumps to the next sleeper when nothing does. */
export function virtualClock(start = Date.parse('2026-11-25T01:00:00Z')): Clock & { set(time: number): void } {
  let time = start;
  let sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  const pump = () => {
    const next = sleepers.reduce((a, b) => (b.at < a.at ? b : a));
    sleepers = sleepers.filter((sleeper) => sleeper !== next);
    time = Math.max(time, next.at);
    next.wake();
    if (sleepers.length > 0) setImmediate(pump);
  };
  return {
    now: () => time,
    set: (to) => {
      time = to;
    },
    sleep: (milliseconds) =>
      new Promise((wake) => {
        sleepers.push({ at: time + Math.max(0, milliseconds), wake });
        if (sleepers.length === 1) setImmediate(pump);
      }),
  };
}
