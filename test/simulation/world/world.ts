import { type Random, random } from '../../../local/random';
import type { Faults } from './faults';

export const START = Date.parse('2026-03-01T08:00:00Z');

const STEPS_A_TURN = 100;

interface Event {
  readonly at: number;
  /** Of events at one time any may be first. */
  readonly order: number;
  /** Nothing happens, and no time passes, once its process is over. */
  readonly of?: Process;
  readonly run: () => void;
}

/**
 * A world in which nothing happens by itself. Whatever is asked of it becomes an event at a random time; the next one is
 * taken, everything that follows from it in the code runs to its next question, and only then the next event is taken.
 */
export class World {
  now = START;
  steps = 0;
  private readonly events: Event[] = [];
  private readonly next: Random;

  constructor(
    seed: number,
    public faults: Faults,
    private readonly listener?: (line: string) => void,
  ) {
    this.next = random(seed);
  }

  readonly random = (): number => this.next();

  chance(probability: number): boolean {
    return probability > 0 && this.next() < probability;
  }

  between(low: number, high: number): number {
    return Math.floor(low + this.next() * (high - low));
  }

  /** How long a message takes. */
  soon(): number {
    return this.chance(this.faults.slow) ? this.late() : this.between(1, 40);
  }

  /** How long one takes that is late: from a moment to a quarter of an hour, as likely short as long. */
  late(): number {
    return Math.floor(50 * 18_000 ** this.next());
  }

  after(milliseconds: number, run: () => void, of?: Process): void {
    push(this.events, { at: this.now + Math.max(0, Math.ceil(milliseconds)), order: this.next(), of, run });
  }

  /** Lets time pass until nothing is left to happen, or until `enough`. False at the limit of steps. */
  run(limit: number, enough: () => boolean = () => false): Promise<boolean> {
    return new Promise((resolve, reject) => {
      let over = false;
      const end = (ended: boolean): void => {
        over = true;
        resolve(ended);
      };
      const step = (): void => {
        if (over) return;
        let event: Event;
        do {
          if (this.events.length === 0 || enough()) return end(true);
          event = pop(this.events);
        } while (event.of?.over);
        if (++this.steps > limit) return end(false);
        this.now = Math.max(this.now, event.at);
        try {
          event.run();
        } catch (error) {
          over = true;
          reject(error as Error);
        }
      };
      // Node runs all that follows from one immediate before the next; a turn of its loop for each would cost as much again.
      const turn = (): void => {
        if (over) return;
        for (let steps = 0; steps < STEPS_A_TURN; steps++) setImmediate(step);
        setImmediate(turn);
      };
      turn();
    });
  }

  tell(line: () => string): void {
    this.listener?.(`${String(this.now - START).padStart(8)} ${line()}`);
  }

  get listened(): boolean {
    return this.listener !== undefined;
  }
}

/** One invocation of a function. It has a clock of its own, it may stall, and it may die between any two awaits. */
export class Process {
  dead = false;
  ended = false;
  /** The campaign of the run that it was called for. */
  campaign = '';
  /** That run, and its sending number; 0 without one. */
  run = 0;
  sending = 0;
  readonly started: number;
  private readonly skew: number;
  private stalledUntil = 0;

  constructor(
    readonly world: World,
    readonly name: string,
    private readonly onDeath: (error: string) => void,
  ) {
    this.started = world.now;
    this.skew = world.between(-100, 101);
  }

  get over(): boolean {
    return this.dead || this.ended;
  }

  readonly now = (): number => this.world.now + this.skew;

  readonly sleep = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => this.world.after(milliseconds, () => this.deliver(resolve)));

  die(error: string): void {
    if (this.over) return;
    this.dead = true;
    this.world.tell(() => `${this.name} dies: ${error}`);
    this.onDeath(error);
  }

  /** Something reaches the process: if it lives, and when it runs. */
  deliver(run: () => void): void {
    const { world } = this;
    if (this.dead) return;
    if (world.chance(world.faults.crash)) {
      this.die('Runtime.ExitError');
      return;
    }
    if (world.chance(world.faults.stall)) {
      this.stalledUntil = world.now + world.late();
      world.tell(() => `${this.name} stalls for ${this.stalledUntil - world.now} ms`);
    }
    this.whenAwake(run);
  }

  private whenAwake(run: () => void): void {
    if (this.dead) return;
    if (this.stalledUntil <= this.world.now) run();
    else this.world.after(this.stalledUntil - this.world.now, () => this.whenAwake(run));
  }
}

const before = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

function push(heap: Event[], event: Event): void {
  let at = heap.length;
  heap.push(event);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!before(event, heap[parent]!)) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = event;
}

function pop(heap: Event[]): Event {
  const first = heap[0]!;
  const last = heap.pop()!;
  if (heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
    if (!before(heap[child]!, last)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
  return first;
}
