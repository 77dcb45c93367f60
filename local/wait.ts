import { setTimeout as sleep } from 'node:timers/promises';

/** Calls a function repeatedly until it returns a value. */
export async function waitFor<T>(
  what: string,
  limitSeconds: number,
  ask: () => Promise<T | undefined>,
  everyMilliseconds = 200,
): Promise<T> {
  const end = Date.now() + limitSeconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`MM903: ${what} did not come within ${limitSeconds} seconds`);
    await sleep(everyMilliseconds);
  }
}
