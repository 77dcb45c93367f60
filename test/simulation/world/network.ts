import type { Process } from './world';

/** As many as the SDK makes; after that its effect is unknown. */
const TRIES = 3;

/**
 * A request to a service whose client repeats it until it has an answer. A request, or the answer to it, may be lost,
 * and a request may have its effect long after its client gave it up.
 */
export function ask<T>(process: Process, effect: () => T): Promise<T> {
  const { world } = process;
  return new Promise<T>((resolve, reject) => {
    const attempt = (tries: number): void => {
      if (tries > TRIES) {
        reject(Object.assign(new Error('no answer'), { name: 'TimeoutError' }));
        return;
      }
      const { lost, late, unanswered } = world.faults;
      const dice = world.random();
      if (dice >= lost + late + unanswered) {
        world.after(world.soon(), () => answer());
        return;
      }
      if (dice < late) world.after(world.late(), unheard);
      else if (dice >= late + lost) world.after(world.soon(), unheard);
      world.after(200 + world.soon(), () => process.deliver(() => attempt(tries + 1)));
    };
    const unheard = (): void => {
      try {
        effect();
      } catch {
        // Nobody listens.
      }
    };
    const answer = (): void => {
      // A request of a process that died may or may not have left it.
      if (process.dead && world.chance(0.5)) return;
      let settle: () => void;
      try {
        const result = effect();
        settle = () => resolve(result);
      } catch (error) {
        settle = () => reject(error);
      }
      if (world.chance(0.2)) world.after(world.soon(), () => process.deliver(settle));
      else process.deliver(settle);
    };
    attempt(1);
  });
}
